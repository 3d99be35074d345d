"""`manage.py reindex`: make the archive's index anew from its files."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ticks.archive import index
from ticks.cursor import STREAM
from ticks.models import Stream
from ticks.producer.lease import AnotherProducer, WriterLock
from ticks.producer.numbering import close_left_open


class Command(BaseCommand):
    help = "Make the archive's index anew from its files, which are the truth."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="default: all that have a directory")

    def handle(self, *args: Any, **options: Any) -> None:
        archive = settings.TICKS_ARCHIVE
        found = sorted(p.name for p in archive.iterdir() if STREAM.fullmatch(p.name)) if archive.is_dir() else []
        unknown = [name for name in options["streams"] if name not in found]
        if unknown:
            raise CommandError(f"{archive} has no stream {', '.join(unknown)}", returncode=2)
        for name in options["streams"] or found:
            adopted = _adopt(name)
            Stream.objects.get_or_create(name=name)
            files = index.reindex(archive, name)
            self.stdout.write(f"{name}: {files} files indexed{', ' + adopted if adopted else ''}")


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
