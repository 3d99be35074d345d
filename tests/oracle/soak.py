"""A soak: subscribers of every mode come, fall behind, are cut off, come back and go, for as long as one likes."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import psutil

from tests.oracle.ground import Ground
from tests.oracle.http_asking import AskingReader
from tests.oracle.http_streams import SkippingSse
from tests.oracle.modes import HTTP, SOCKETS
from tests.oracle.readers import ALL_KEPT, NEWEST, Reader, opener
from tests.oracle.sockets import SkippingPlain
from tests.support.processes import Running
from tests.support.waiting import until

RATE, SIZE = 200, 800
RING_BYTES = 1 << 20
"""Full within seconds, so that it grows no more; and some fall out of it."""
MOST = 16
"""Subscribers at once."""
FAR = 5000
"""Ticks that one is behind, at most, when it comes: what they catch up with is most of the work."""
STEP_S = 0.1
STALL_S = 4.0
SAMPLE_S = 0.5
SETTLED_TICKS = RATE
"""After so many more, what a subscriber received stands in the log in any case."""


class Going(NamedTuple):
    """A subscriber that is to go, or is gone; `until` is what it must have received before."""

    reader: Reader
    until: int | None
    at: int
    """The length of the log then."""


@dataclass
class Outcome:
    findings: list[str] = field(default_factory=list)
    """What was wrong with any subscriber."""
    came: int = 0
    judged: int = 0
    cuts: int = 0
    stalls: int = 0
    slow_gaps: int = 0
    ticks: int = 0
    """Received, by all of them."""
    minutes: float = 0.0
    mb_a_minute: float = 0.0
    """By which the worker's memory grew, from the warm-up on."""
    descriptors: tuple[int, int] = (0, 0)
    """Of the worker while nobody was there: after the warm-up, and at the end."""


class Soak:
    """One worker, one producer, and what `run` does with them."""

    def __init__(self, on: Ground, seed: int, far: int = FAR) -> None:
        self._on, self._random, self._far = on, random.Random(seed), far
        self.worker: Running = on.processes.web(TICKS_RING_BYTES=str(RING_BYTES))
        self._process = psutil.Process(self.worker.process.pid)
        self._producer = on.produce(RATE, SIZE)
        self._stalled: dict[Reader, float] = {}
        """Until when (monotonic seconds)."""
        self._modes: tuple[type[Reader], ...] = (*SOCKETS, SkippingPlain, *HTTP, SkippingSse)
        self._going: list[Going] = []
        self._gone: list[Going] = []
        self._outcome = Outcome()

    def run(self, warm_up_s: float, seconds: float) -> Outcome:
        """Let them come and go; in the end all are gone and judged."""
        until(lambda: len(self._on.log.refresh()), "the producer writes")
        self._churn(warm_up_s)
        self._let_all_go()
        before = self._process.num_fds()
        samples = self._churn(seconds)
        status = self._producer.stop()
        if status:
            self._outcome.findings.append(f"the producer ended with {status}: {self._producer.said}")
        self._let_all_go()
        self._judge_the_gone(all_of_them=True)
        self._outcome.descriptors = before, self._process.num_fds()
        self._outcome.minutes = seconds / 60
        self._outcome.mb_a_minute = slope(samples) * 60 / 1e6
        return self._outcome

    def _churn(self, seconds: float) -> list[tuple[float, float]]:
        """Returns the worker's memory meanwhile, as (seconds, bytes)."""
        start, samples = time.monotonic(), list[tuple[float, float]]()
        while (now := time.monotonic() - start) < seconds:
            self._step()
            if now >= len(samples) * SAMPLE_S:
                samples.append((now, self._process.memory_info().rss))
            time.sleep(STEP_S * self._random.uniform(0.5, 1.5))
        return samples

    def _step(self) -> None:
        self._on.log.refresh()
        for reader in [one for one, end in self._stalled.items() if end < time.monotonic()]:
            self._go_on(reader)
        self._let_go()
        self._judge_the_gone()
        staying = [reader for reader in self._on.crowd.readers if all(reader is not one.reader for one in self._going)]
        if len(staying) < MOST and (len(staying) < MOST / 2 or self._random.random() < 0.5):
            self._come()
        else:
            self._disturb(self._random.choice(staying))

    def _come(self) -> None:
        """From the newest, where its mode can ask for it, or from somewhere behind."""
        mode = self._modes[self._outcome.came % len(self._modes)]
        # What has only just been written nobody can have yet: as a cursor it would be ahead of the stream.
        written = max(1, len(self._on.log) - SETTLED_TICKS)
        behind = self._random.randrange(max(0, written - self._far), written)
        start = self._random.choice([behind, behind or ALL_KEPT, behind if issubclass(mode, AskingReader) else NEWEST])
        narrow = self._random.random() < 0.5
        self._on.crowd.add(mode(opener(self._on.processes.port, narrow=narrow), start))
        self._outcome.came += 1

    def _disturb(self, reader: Reader) -> None:
        what = self._random.choice(["stall", "cut", "away", "go", "go", "vanish"])
        if what in ("stall", "away"):
            self._on.crowd.call(reader.stall)
            self._stalled[reader] = time.monotonic() + self._random.uniform(0, STALL_S)
            self._outcome.stalls += 1
        if what in ("cut", "away"):
            self._on.crowd.call(reader.cut)
            self._outcome.cuts += 1
        if what == "go":
            self._ask_to_go(reader)
        if what == "vanish":
            self._leave(Going(reader, None, 0), cut=True)

    def _go_on(self, reader: Reader) -> None:
        if self._stalled.pop(reader, None) is not None:
            self._on.crowd.call(reader.go_on)

    def _ask_to_go(self, reader: Reader) -> None:
        """It goes when it has all that there is now."""
        self._go_on(reader)
        written = len(self._on.log)
        self._going.append(Going(reader, written, written))

    def _let_go(self) -> None:
        """Those who have what they waited for."""
        for going in list(self._going):
            if going.reader.stands(self._on.log) >= (going.until or 0):
                self._going.remove(going)
                self._leave(going, cut=False)

    def _leave(self, going: Going, *, cut: bool) -> None:
        self._stalled.pop(going.reader, None)
        self._on.crowd.leave(going.reader, cut=cut)
        self._gone.append(going._replace(at=len(self._on.log.refresh())))

    def _let_all_go(self) -> None:
        waiting = {id(going.reader) for going in self._going}
        self._on.log.refresh()
        for reader in self._on.crowd.readers:
            if id(reader) not in waiting:
                self._ask_to_go(reader)
        self._on.crowd.wait_until(self._are_all_gone, "all have what they waited for, and go")
        until(lambda: not self._connections(), "the worker serves nobody")

    def _are_all_gone(self) -> bool:
        self._on.log.refresh()
        self._let_go()
        return not self._on.crowd.readers

    def _connections(self) -> int:
        found = self._process.net_connections("tcp4")
        return sum(one.status != psutil.CONN_LISTEN and one.laddr.port == self._on.processes.port for one in found)

    def _judge_the_gone(self, *, all_of_them: bool = False) -> None:
        for gone in list(self._gone):
            if all_of_them or len(self._on.log) >= gone.at + SETTLED_TICKS:
                self._gone.remove(gone)
                self._judge(gone)

    def _judge(self, gone: Going) -> None:
        reader, outcome = gone.reader, self._outcome
        outcome.findings += [f"{outcome.judged}: {reader}: {one}" for one in reader.judge(self._on.log, gone.until)]
        outcome.judged += 1
        outcome.ticks += reader.ticks
        outcome.slow_gaps += len(reader.gaps)


def slope(samples: list[tuple[float, float]]) -> float:
    """By least squares: how much the second grows for each unit of the first."""
    count = len(samples)
    x_mean, y_mean = (sum(sample[i] for sample in samples) / count for i in (0, 1))
    return sum((x - x_mean) * (y - y_mean) for x, y in samples) / sum((x - x_mean) ** 2 for x, _ in samples)
