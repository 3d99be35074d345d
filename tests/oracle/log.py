"""The producer's own log: what it wrote, noted by itself, beside the product and its archive."""

from __future__ import annotations

import base64
import itertools
import os
import signal
import threading
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from pathlib import Path

from tests.oracle.history import checksum

FIELD = "id"
"""What a subscriber who wants fewer fields asks for: the log knows the tick with `t`, `ts` and this alone as well."""


class Log:
    """Every tick that was written, in order, each known by its index; what several producers noted in one file.

    `lost` are the indexes of those that a test has made sure nobody can have any more.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._read_bytes = path, 0
        self._crcs, self._crcs_of_field = array("L"), array("L")
        self._ts = array("q")
        self._starts: dict[str, int] = {}
        self.lost: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self._ts)

    @property
    def epochs(self) -> list[str]:
        return list(self._starts)

    def refresh(self) -> Log:
        """Read what was noted since."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._read_bytes)
                noted = file.read().rpartition(b"\n")[0]
            self._read_bytes += len(noted) + bool(noted)
            for line in noted.splitlines():
                epoch, *numbers = line.decode().split()
                self.add(epoch, *map(int, numbers))
        return self

    def add(self, epoch: str, t: int, crc: int, crc_of_field: int = -1) -> None:
        if epoch not in self._starts:
            self._starts[epoch] = len(self._ts)
        self._ts.append(t)
        self._crcs.append(crc)
        self._crcs_of_field.append(crc if crc_of_field < 0 else crc_of_field)

    def epoch_of(self, index: int) -> str:
        return [epoch for epoch, start in self._starts.items() if start <= index][-1]

    def is_last(self, t: int, crc: int) -> bool:
        return bool(self._ts) and self._is(len(self._ts) - 1, t, crc)

    def named(self, index: int) -> str:
        """A tick, as a finding calls it."""
        if index >= len(self):
            return "the end"
        return f"{self.epoch_of(index)}:{self._ts[index]}"

    def after(self, epoch: str, t: int) -> int:
        """The index of what follows `t` in an epoch; where nothing does, that of what follows the epoch."""
        return bisect_right(self._ts, t, *self._span(epoch))

    def find(self, epoch: str | None, t: int, crc: int) -> int | None:
        """The tick that a subscriber was sent, in this epoch or, where it knows none, the newest that is like it."""
        epochs = [epoch] if epoch is not None else reversed(self._starts)
        for one in epochs:
            start, end = self._span(one)
            at = bisect_left(self._ts, t, start, end)
            if at < end and self._is(at, t, crc):
                return at
        return None

    def _is(self, index: int, t: int, crc: int) -> bool:
        return self._ts[index] == t and crc in (self._crcs[index], self._crcs_of_field[index])

    def _span(self, epoch: str) -> tuple[int, int]:
        """Raises `KeyError` for an epoch that nobody wrote to."""
        start = self._starts[epoch]
        return start, min((other for other in self._starts.values() if other > start), default=len(self._ts))


def producing(path: Path, rate: float, size: int, most: int = 0) -> str:
    """The code of a producer for `Processes.program`, until SIGTERM: so many ticks a second, with so many bytes
    that gzip can't make much smaller; `most` of them, and then nothing, where it is not 0.

    It notes in `path` what it wrote; started again it goes on there.
    """
    return (
        "import django; django.setup()\n"
        "from pathlib import Path\n"
        "from tests.oracle.log import produce\n"
        f"produce(Path({str(path)!r}), {rate!r}, {size!r}, {most!r})\n"
    )


def produce(path: Path, rate: float, size: int, most: int) -> None:
    from ticks.producer import TickWriter

    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    with TickWriter("main") as writer, path.open("ab", buffering=0) as log:
        due = time.monotonic()
        for _ in range(most) if most else itertools.count():
            if ending.is_set():
                return
            record = _record(size)
            ts = round(time.time(), 6)
            t = writer.write(record, ts)
            tick = {"t": t, "ts": ts, **record}
            crcs = checksum(tick), checksum({name: tick[name] for name in ("t", "ts", FIELD)})
            log.write(b"%s %d %d %d\n" % (writer.epoch.encode(), t, *crcs))
            due = max(due + 1 / rate, time.monotonic() - 1)
            ending.wait(max(0.0, due - time.monotonic()))
        ending.wait()


def _record(size: int) -> Mapping[str, object]:
    return {FIELD: os.urandom(8).hex(), "filling": base64.b64encode(os.urandom(size * 3 // 4)).decode()}
