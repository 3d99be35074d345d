"""`manage.py reindex`: make the archive's index anew from its files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings

from ticks.archive import index
from ticks.archive.archiver import streams
from ticks.archive.lock import ArchiverLock
from ticks.archive.rollups.levels import names
from ticks.archive.rollups.rebuild import begin_anew
from ticks.archive.rollups.rollups import Rollups
from ticks.management.base import ArchiveCommand
from ticks.management.naming import chosen
from ticks.models import Stream
from ticks.producer.lease import AnotherProducer, WriterLock
from ticks.producer.numbering import close_left_open


class Command(ArchiveCommand):
    help = "Make the archive's index anew from its files, which are the truth."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="default: all that have a directory")
        parser.add_argument("--rollups", action="store_true", help="make the rollups anew from the ticks as well")

    def handle(self, *args: Any, **options: Any) -> None:
        archive = settings.TICKS_ARCHIVE
        for name in chosen(options["streams"], streams(archive)):
            adopted = _adopt(name)
            Stream.objects.get_or_create(name=name)
            files = index.reindex(archive, name)
            self.stdout.write(f"{name}: {files} files indexed{', ' + adopted if adopted else ''}")
            for rollup in [rollup for rollup in names(name) if (archive / rollup).is_dir()]:
                self.stdout.write(f"{rollup}: {index.reindex(archive, rollup)} files indexed")
            if options["rollups"]:
                self.stdout.write(f"{name}: {_roll_up(archive, name)}")


def _roll_up(archive: Path, stream: str) -> str:
    with ArchiverLock(archive) as lock:
        is_ours = lock.take()
        begin_anew(archive, stream)
        if not is_ours:
            return "the archiver that runs makes its rollups anew"
        Rollups(archive, stream, Event()).turn()
    return "its rollups were made anew"


def _adopt(stream: str) -> str:
    """Close the active files that nobody holds; what a running producer writes is its own."""
    stream_dir = settings.TICKS_ARCHIVE / stream
    try:
        lock = WriterLock(stream_dir)
    except AnotherProducer:
        return "the active file is its producer's"
    try:
        closed = close_left_open(stream_dir)
    finally:
        lock.release()
    return f"{closed} of them left open by a killed producer" if closed else ""
