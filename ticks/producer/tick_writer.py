"""`TickWriter`: one stream's writer, keeper and publisher, put together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
from django.conf import settings

from ticks.cursor import STREAM
from ticks.live.hotlog import Head, HotLog, connect
from ticks.models import Stream
from ticks.producer import numbering
from ticks.producer.keeper import Keeper
from ticks.producer.lease import AnotherProducer, Lease, WriterLock
from ticks.producer.publisher import Publisher
from ticks.producer.standing import Standing, Work
from ticks.producer.writer import Entry, Writer

logger = logging.getLogger(__name__)

PACE_S = 0.001
LAST_WORDS_S = 5.0
"""Who is told to leave publishes what is still owed to the hot log for so long at most."""


class TickWriter:
    """Archives and publishes the ticks of one stream; use it as a context manager, from any threads.

    `write` never waits for Redis: what can't be published is published later, from the archive.
    """

    def __init__(
        self,
        stream: str = "main",
        *,
        fields: Mapping[str, Mapping[str, str]] | None = None,
        on_refused: Callable[[], None] = lambda: None,
        yields: bool = False,
    ) -> None:
        """`fields`: unit and label by dotted path (see `Stream.fields`), kept with the stream.

        `on_refused` is called, in another thread, when another producer takes the stream. With `yields`
        another one of this host may send SIGTERM, and expects this one to close.

        Raises `AnotherProducer` where the stream has one, `ValueError` for a name that can't be one.
        """
        if not STREAM.fullmatch(stream):
            raise ValueError(f"{stream!r} is no stream's name: a-z, 0-9, '_', '.', '-', at most 64")
        self.stream = stream
        self._lock = WriterLock(settings.TICKS_ARCHIVE / stream)
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._put_together(settings.TICKS_ARCHIVE, fields)
            self._lock.sign(yields=yields)
            undo.pop_all()
        self._publisher.on_refused = on_refused
        self._keeper.start()
        self._publisher.start()

    def _put_together(self, archive: Path, fields: Mapping[str, Mapping[str, str]] | None) -> None:
        stream = self.stream
        row, _ = Stream.objects.get_or_create(name=stream)
        if fields is not None:
            Stream.objects.filter(pk=row.pk).update(fields=fields)
        client = connect(settings.REDIS_URL)
        hotlog = HotLog(client, stream)
        lease = Lease(client, hotlog, archive / stream)
        always_sync = settings.TICKS_FSYNC == "always"
        renumber = self._lock.after_crash and not always_sync
        tip = numbering.resume(archive, stream, self._take(lease, hotlog), renumber=renumber)
        self._writer = Writer(archive / stream / tip.epoch, tip, always_sync=always_sync)
        self._writer.open()
        self._standing = Standing(self, lease)
        self._keeper = Keeper(archive, stream, self._writer, sync=settings.TICKS_FSYNC == "interval")
        self._publisher = Publisher(
            archive,
            stream,
            self._writer,
            hotlog,
            lease,
            hotlog_bytes=settings.TICKS_HOTLOG_BYTES,
            roll=self._keeper.flush,
            tell=self._standing.tell,
        )

    @property
    def epoch(self) -> str:
        return self._writer.epoch

    @property
    def refused(self) -> AnotherProducer | None:
        """Who took the stream from this writer, if anybody did; `write` then raises it."""
        return self._publisher.refused

    def write(self, record: Mapping[str, Any], ts: float | None = None) -> int:
        """Append one record and return its `t`, once it is in the kernel. Never waits for Redis.

        Threads that write at once share one system call. `ts`: UNIX seconds at which it was made; else the
        record's own, else now. The record's own `t` is kept while it increases; one that is behind the last
        begins a new epoch: do not write such records from several threads.

        Raises `TickError` for a record that is no tick (not a JSON object, over 1 MiB, deeper than 64, the
        same `t` again), `AnotherProducer` where another one has taken the stream, `ValueError` after `close`;
        none uses up a `t`. While the archive can't be written (a full disk) ticks are published only: what
        is missing is noted, and told to readers, when writing works again.
        """
        entry = Entry(record, ts)
        self.put(entry)
        return entry.result()

    def put(self, *entries: Entry) -> None:
        """Write several at once; each has its `t` or its error then. Raises `AnotherProducer`."""
        if self.refused is not None:
            raise self.refused
        writer = self._writer
        successor = writer.put(*entries)
        if successor is not writer:
            self._writer = successor

    def keep_pace(self) -> None:
        """For a source that has no pace of its own: wait as long as the publisher is far behind.

        While Redis can't be reached this waits for nothing.
        """
        while self._publisher.behind:
            time.sleep(PACE_S)

    @property
    def owed(self) -> int:
        """How many ticks are archived, or were tried to, and not in the hot log yet."""
        return self._publisher.owed

    @property
    def unarchived(self) -> int:
        """How many ticks are missing from the archive, as long as it can't be written."""
        return self._writer.unarchived

    @property
    def ticks(self) -> int:
        """How many were written so far."""
        return self._writer.account.ticks

    @property
    def raw_bytes(self) -> int:
        """Bytes of the lines written so far."""
        return self._writer.account.raw_bytes

    @property
    def stored_bytes(self) -> int:
        """Bytes that these take in the archive."""
        return self._writer.account.stored_bytes

    def works_for(self, work: Work) -> None:
        """What it is used for, to be told with how it stands."""
        self._standing.work = work

    def published_at(self, t: int) -> float | None:
        """The monotonic time at which `t` was published; None where it is not yet, or was long ago."""
        return self._publisher.published_at(t)

    def close(self, limit_s: float = float("inf")) -> None:
        """Publish what is owed, close and index the files.

        What could not be published within `limit_s`, or stopped making progress, the next producer publishes.
        """
        try:
            owed = self._publisher.stop(limit_s)
            if owed:
                logger.warning("%s: %d ticks are archived but not published yet", self.stream, owed)
            self._keeper.stop()
        finally:
            self._lock.release()

    def __enter__(self) -> TickWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _take(lease: Lease, hotlog: HotLog) -> Head | None:
        """Hold the lease and read the hot log's head, where Redis can be reached."""
        try:
            lease.hold()
            return hotlog.head()
        except redis.RedisError:
            return None
