"""`manage.py deletestream`: delete a stream with all that is known of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import ExitStack, closing, suppress
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import CommandError

from ticks.archive import deletion
from ticks.archive.amount import when
from ticks.cursor import STREAM
from ticks.live.forgetting import forget
from ticks.live.hotlog import HotLog, connect
from ticks.management.base import ArchiveCommand
from ticks.producer.lease import AnotherProducer, Lease, WriterLock


class Command(ArchiveCommand):
    help = "Delete a stream: its ticks, its rollups, what Redis has of it, and who may watch it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stream")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        stream = options["stream"]
        if not STREAM.fullmatch(stream) or not deletion.is_known(settings.TICKS_ARCHIVE, stream):
            raise CommandError(f"There is no stream {stream!r}.", returncode=2)
        if not options["yes"] and not sys.stdin.isatty():
            raise CommandError("Nobody can be asked here whether that is meant: say --yes.", returncode=2)
        try:
            self._delete(stream, sure=options["yes"])
        except AnotherProducer as another:
            raise CommandError(_in_use(stream, another), returncode=2) from None
        except redis.RedisError as error:
            raise CommandError(f"Redis can't be reached ({error}): nothing was deleted.", returncode=2) from error

    def _delete(self, stream: str, *, sure: bool) -> None:
        """Raises `AnotherProducer`, `redis.RedisError`, `OSError`, `CommandError`."""
        with closing(connect(settings.REDIS_URL)) as client, ExitStack() as undo:
            is_there = _is_there(client)
            lock = WriterLock(settings.TICKS_ARCHIVE / stream)
            undo.callback(lock.release)
            if is_there:
                self._forget(client, stream, sure=sure)
            else:
                self._confirm(stream, sure=sure)
            deletion.delete(settings.TICKS_ARCHIVE, stream)
        self.stdout.write(f"{stream} is deleted. Web workers that run have its newest ticks in memory until they end.")

    def _forget(self, client: redis.Redis, stream: str, *, sure: bool) -> None:
        """Redis first: after a kill the archive is still whole, and this can be said again."""
        hotlog = HotLog(client, stream)
        lease = Lease(client, hotlog, settings.TICKS_ARCHIVE / stream)
        lease.hold()
        try:
            self._confirm(stream, sure=sure)
            lease.lost()  # it may have run out while somebody thought about it
            lease.hold()
            forget(client, hotlog)
        finally:
            with suppress(redis.RedisError):  # it runs out
                lease.release()

    def _confirm(self, stream: str, *, sure: bool) -> None:
        """Raises `CommandError` where it is not meant."""
        found = deletion.content(settings.TICKS_ARCHIVE, stream)
        times = f", from {when(found.min_ts)} to {when(found.max_ts)}" if found.ticks else ""
        self.stdout.write(f"{stream}: {found}{times}")
        if sure:
            return
        self.stdout.write("All of it will be gone. Type the name of the stream to delete it: ", ending="")
        self.stdout.flush()
        if sys.stdin.readline().strip() != stream:
            raise CommandError("Nothing was deleted.", returncode=1)


def _is_there(client: redis.Redis) -> bool:
    """Not while the embedded Valkey does not run, which keeps nothing. Raises `redis.RedisError`."""
    try:
        client.ping()
    except redis.ConnectionError:
        if not settings.REDIS_EMBEDDED:
            raise
        return False
    return True


def _in_use(stream: str, another: AnotherProducer) -> str:
    who = f": process {another.holder['pid']} on {another.holder['host']}" if "pid" in another.holder else ""
    return f"A producer has the stream {stream!r}{who}. Stop it first; nothing was deleted."
