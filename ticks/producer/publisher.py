"""The publisher: a reader by cursor that brings a stream's ticks to the hot log and the channel-layer group.

Start-up, a dead Redis, an overflowing tail and a killed predecessor are one path: it asks the hot log for
its tip and owes it everything after that, from the writer's tail, else from the archive.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import redis
from channels.layers import get_channel_layer

from ticks import wire
from ticks.archive import reader
from ticks.batch import Batch
from ticks.cursor import Cursor
from ticks.live.hotlog import HotLog
from ticks.producer.lease import AnotherProducer, Lease
from ticks.producer.standing import TELL_S
from ticks.producer.tail import TAIL_TICKS
from ticks.producer.writer import Writer

logger = logging.getLogger(__name__)

QUIET_S = 0.035
"""A batch goes at once when the stream was quiet for so long; else so long after the one before.

Half of what a fast stream costs is the same for each batch and each subscriber, however many ticks are in it.
"""
REMEMBERED = 64
"""When the newest batches were published is known of so many."""
PATIENCE_S = 5.0
"""At the end, what is owed is published as long as progress is made within so long."""
RETRY_S = (0.1, 2.0)
"""While Redis can't be reached: the first and the longest wait before it is tried again."""


class Publisher(threading.Thread):
    """A thread of its own, so that a write never waits for Redis."""

    def __init__(
        self,
        archive: Path,
        stream: str,
        writer: Writer,
        hotlog: HotLog,
        lease: Lease,
        *,
        hotlog_bytes: int,
        roll: Callable[[], None],
        tell: Callable[[], None],
    ) -> None:
        """`roll()` closes and indexes the active file, and all of a writer that has ended. `tell()`: see `Standing`."""
        super().__init__(name="ticks-publisher", daemon=True)
        self._archive, self._stream, self._writer = archive, stream, writer
        self._hotlog, self._lease = hotlog, lease
        self._hotlog_bytes = hotlog_bytes
        self._roll = roll
        self._tell = tell
        self._cursor = writer.tip
        self._sure = False
        """Whether the hot log was asked where it ends."""
        self._sent_at = 0.0
        self._something = threading.Event()
        self._stopping = threading.Event()
        self._down_since: float | None = None
        self._mute = False
        self._published: deque[tuple[int, float]] = deque(maxlen=REMEMBERED)
        self.refused: AnotherProducer | None = None
        """Set when another producer took the stream; nothing is published any more."""
        self.on_refused: Callable[[], None] = lambda: None
        writer.wake = self._wake

    def published_at(self, t: int) -> float | None:
        """The monotonic time at which `t` was published; None where it is not yet, or was long ago."""
        found = None
        for last_t, at in reversed(self._published):
            if last_t < t:
                return found
            found = at
        return found if len(self._published) < REMEMBERED else None

    @property
    def owed(self) -> int:
        """How many ticks are not in the hot log yet."""
        writer, owed = self._writer, self._writer.pending(self._cursor)
        while writer.successor is not None:
            writer = writer.successor
            owed += writer.pending(writer.start)
        return owed

    @property
    def behind(self) -> bool:
        """Whether it is at work, and so much is owed that it will soon have to read it from the archive."""
        return self.owed > TAIL_TICKS // 2 and self._sure and self.is_alive()

    def stop(self, limit_s: float) -> int:
        """Publish what is left, and end; returns how many ticks are still owed.

        That takes `limit_s` at most, and no longer than `PATIENCE_S` without progress.
        """
        self._stopping.set()
        self._something.set()
        end, owed = time.monotonic() + limit_s, self.owed
        patience = time.monotonic() + PATIENCE_S
        while self.is_alive() and time.monotonic() < min(end, patience):
            self.join(min(0.1, limit_s))
            if self.owed < owed:
                owed, patience = self.owed, time.monotonic() + PATIENCE_S
        return self.owed

    def run(self) -> None:
        # One event loop for the thread's life: the channel layer's connections belong to it.
        with asyncio.Runner() as runner:
            self._warm_up(runner)
            retry_s = RETRY_S[0]
            while not self._done():
                try:
                    self._publish(runner)
                    retry_s = RETRY_S[0]
                except AnotherProducer as refused:
                    self.refused = refused
                    self.on_refused()
                    return
                except Exception as error:
                    self._say_down(error)
                    self._start_over()
                    if self._stopping.wait(retry_s):
                        break
                    retry_s = min(retry_s * 2, RETRY_S[1])
            self._end(runner)

    def _wake(self) -> None:
        if not self._something.is_set():
            self._something.set()

    def _warm_up(self, runner: asyncio.Runner) -> None:
        """Connect now: it would delay the first tick by 5 ms. To a group that nobody joins."""
        with suppress(redis.RedisError, OSError):
            runner.run(get_channel_layer().group_send("ticks-warm-up", {"type": "ticks.warm.up"}))

    def _done(self) -> bool:
        return self._stopping.is_set() and self._sure and self.owed == 0

    def _publish(self, runner: asyncio.Runner) -> None:
        """One round: hold the lease, know the tip, send the next batch or wait for one."""
        if self._lease.hold():
            self._sure = False  # somebody else may have published meanwhile
        if not self._sure:
            self._cursor, self._sure = self._tip(), True
            self._say_up()
        self._something.clear()
        successor = self._writer.successor  # before the rest that is owed: nothing is added to it any more
        batch = self._owed(self._cursor)
        if batch is None:
            if successor is not None:
                self._follow(successor)
            else:
                self._tell()
                # What is owed at the end may stand nowhere: it is not looked for without a pause.
                self._something.wait(RETRY_S[0] if self._stopping.is_set() else TELL_S)
            return
        if batch.last_t == self._writer.tip.t and not self._stopping.is_set():
            wait_s = self._sent_at + QUIET_S - time.monotonic()
            if wait_s > 0:
                self._stopping.wait(wait_s)
                batch = self._owed(self._cursor) or batch
        self._send(batch, self._cursor, runner)
        self._tell()

    def _tip(self) -> Cursor:
        """Where the hot log ends; what no indexed file holds is owed to one that came back empty."""
        head = self._hotlog.head()
        if head is not None and head.tip.epoch > self._writer.epoch:
            raise AnotherProducer(
                f"Another producer has begun a new epoch of {self._stream!r}. Start this one again to go on after it."
            )
        if head is not None and head.tip.epoch != self._writer.epoch:
            self._hotlog.retire(head.tip.epoch)
        elif head is not None and self._hotlog.holds(self._writer.epoch):
            if head.tip.t > self._writer.tip.t:
                raise AnotherProducer(
                    f"The hot log of {self._stream!r} has ticks up to t={head.tip.t}, this archive up to "
                    f"t={self._writer.tip.t}. Start the producer again: it numbers on after both."
                )
            return head.tip
        return self._writer.indexed

    def _follow(self, successor: Writer) -> None:
        """All of an ended epoch is published; nothing of the next is before its readers can find the rest of it."""
        self._roll()
        self._hotlog.retire(self._writer.epoch)
        self._published.clear()
        self._writer, self._cursor = successor, successor.start

    def _owed(self, cursor: Cursor) -> Batch | None:
        try:
            return self._writer.owed(cursor)
        except LookupError:
            pass
        batch = reader.after(self._archive, self._stream, self._writer.epoch, cursor.t)
        if batch is None:
            # It lies in the active file, which only its writer reads.
            self._roll()
            batch = reader.after(self._archive, self._stream, self._writer.epoch, cursor.t)
        return batch

    def _send(self, batch: Batch, cursor: Cursor, runner: asyncio.Runner) -> None:
        """Hot log, then group; what goes out is logged with its exact time at debug level."""
        before, self._sent_at = self._sent_at, time.monotonic()
        answer = self._hotlog.append(
            batch,
            after_t=cursor.t,
            newest_t=self._writer.tip.t,
            fence=self._lease.fence,
            max_bytes=self._hotlog_bytes,
            indexed_t=self._writer.indexed.t,
            now=time.time(),
        )
        if answer.word in ("fenced", "hole"):
            self._start_over()
            self._stopping.wait(RETRY_S[0])
            return
        self._cursor = Cursor(batch.epoch, answer.t, answer.n)
        if answer.word == "ok":
            self._announce(batch, runner)
            self._published.append((batch.last_t, time.monotonic()))
            logger.debug(
                "%s: t=%d…%d sent at %.6f, %.6f s after the last",
                self._stream,
                batch.first_t,
                batch.last_t,
                time.time(),
                self._sent_at - before,
            )

    def _announce(self, batch: Batch, runner: asyncio.Runner) -> None:
        """A group message that fails is not repeated: the hot log has the batch, and relays look there."""
        try:
            runner.run(get_channel_layer().group_send(wire.group(self._stream), wire.message(batch)))
            self._mute = False
        except redis.RedisError as error:
            if not self._mute:
                logger.warning("group messages fail (%s): subscribers get their ticks late", error)
            self._mute = True

    def _end(self, runner: asyncio.Runner) -> None:
        try:
            self._lease.release()
            runner.run(get_channel_layer().flush())
        except redis.RedisError as error:
            logger.info("the lease could not be given back, it ends by itself: %s", error)

    def _start_over(self) -> None:
        """Ask Redis again who holds the stream and where the log ends."""
        self._sure = False
        self._lease.lost()

    def _say_down(self, error: Exception) -> None:
        if self._down_since is not None:
            return
        self._down_since = time.monotonic()
        if isinstance(error, redis.RedisError):
            logger.warning(
                "Redis can't be reached (%s): ticks go on being archived, but nobody can watch. Start "
                "`manage.py runmonitor`, or set REDIS_URL to a server that runs.",
                error,
            )
        else:
            logger.error("publishing fails and is tried again; ticks go on being archived", exc_info=error)

    def _say_up(self) -> None:
        if self._down_since is not None:
            away_s = time.monotonic() - self._down_since
            logger.warning("Redis is back after %.1f s; publishing the %d ticks that it has not had", away_s, self.owed)
            self._down_since = None
