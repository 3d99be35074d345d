"""Looks, from a thread of its own, at what runs while the event loop's beat is overdue, and says so."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import Counter, deque
from pathlib import Path
from types import FrameType

logger = logging.getLogger(__name__)

TOO_LATE_S = 0.1
"""A beat that is later than this is worth a line."""
LOOK_EVERY_S = 0.05
"""From so long after the time that a beat is due."""
STUCK_S = 5.0
"""A loop that has stood still for so long is named before it goes on: perhaps it never does."""
SAY_EVERY_S = 1.0
BUSY = 0.2
"""Other threads had at least this share of a core, together, where the loop is said to have waited for them."""
COUNTED = 0.01
NAMED = 2
FRAMES = 4
ROOT = str(Path(__file__).resolve().parents[2])
LIBRARIES = "site-packages"
BETWEEN_CALLBACKS = {("selectors.py", "select"), ("base_events.py", "_run_once"), ("runners.py", "run")}
"""Files and functions in which a loop waits, or waits for its turn in the interpreter."""


class Watchdog(threading.Thread):
    """Costs four short wake-ups a second as long as the loop keeps its times."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread, due: float) -> None:
        """`thread` is the one that the loop runs in, `due` the monotonic time of its first beat."""
        super().__init__(name="watchdog", daemon=True)
        self._loop = loop
        self._thread = thread
        self._due = due
        self._late: deque[float] = deque()
        self._looks = Looks(thread, time.monotonic())
        self._process_s = time.process_time()
        self._told_stuck = False
        self._report = Report()
        self._ended = threading.Event()

    def beat(self, late_s: float, due: float) -> None:
        """The loop's: its beat came so late, and the next one is due then."""
        if late_s > TOO_LATE_S:
            self._late.append(late_s)
        self._due = due

    def stop(self) -> None:
        self._ended.set()

    def run(self) -> None:
        planned = self._due + LOOK_EVERY_S
        while not self._ended.wait(max(0.0, planned - time.monotonic())) and not self._loop.is_closed():
            now = time.monotonic()
            self._wake(now, now - planned)
            planned = max(self._due, now) + LOOK_EVERY_S

    def _wake(self, now: float, late_s: float) -> None:
        before, self._process_s = self._process_s, time.process_time()
        absent_s = late_s - (self._process_s - before)
        if absent_s > LOOK_EVERY_S:
            self._looks.absent_s += absent_s
        while self._late:
            stood_s = self._late.popleft()
            self._report.add(stood_s, self._looks.verdict(stood_s))
            self._begin(now)
        overdue = now - self._due
        if overdue < LOOK_EVERY_S or not self._loop.is_running():
            self._begin(now)
        else:
            self._look(now, overdue)
        self._report.say(now)

    def _begin(self, now: float) -> None:
        self._looks = Looks(self._thread, now)
        self._told_stuck = False

    def _look(self, now: float, overdue: float) -> None:
        self._looks.look(now)
        if overdue > STUCK_S and not self._told_stuck:
            self._told_stuck = True
            verdict = self._looks.verdict(overdue)
            logger.warning("The event loop has stood still for %.0f s so far: %s.", overdue, verdict)


class Report:
    """One line a second at most: the longest, and how many there were besides."""

    def __init__(self) -> None:
        self._longest: tuple[float, str] = (0.0, "")
        self._count = 0
        self._said_at = -SAY_EVERY_S

    def add(self, seconds: float, verdict: str) -> None:
        self._count += 1
        self._longest = max(self._longest, (seconds, verdict))

    def say(self, now: float) -> None:
        if not self._count or now < self._said_at + SAY_EVERY_S:
            return
        seconds, verdict = self._longest
        besides = f" (and {self._count - 1} times for less)" if self._count > 1 else ""
        logger.warning("The event loop stood still for %.0f ms%s: %s.", seconds * 1000, besides, verdict)
        self._longest, self._count, self._said_at = (0.0, ""), 0, now


class Looks:
    """What is seen of this process's threads while its loop stands still; begun while it does not.

    Nothing in here lets go of the interpreter: where others compute, each time would cost a turn of all of them.
    """

    def __init__(self, thread: threading.Thread, now: float) -> None:
        """`thread` is the loop's."""
        self._thread = thread
        self._places: Counter[str] = Counter()
        self._others: dict[threading.Thread, str] = {}
        self._began = self._last = now
        self._used_before = used_by_threads()
        self._used = self._used_before
        self.absent_s = 0.0
        """How long this process had no core, though a thread of it was due."""

    def look(self, now: float) -> None:
        self._last = now
        self._used = used_by_threads()
        frames = sys._current_frames()
        for thread in self._used:
            frame = frames.get(thread.ident or 0)
            if frame is None or thread is threading.current_thread():
                continue
            if thread is self._thread:
                self._places["" if _is_between_callbacks(frame) else place(frame)] += 1
            else:
                self._others[thread] = place(frame)

    def verdict(self, stood_s: float) -> str:
        """What ran while it stood still for so long, as the rest of a sentence."""
        if self.absent_s < stood_s / 2:
            return self._seen()
        absent = f"the process did not run for {self.absent_s * 1000:.0f} ms, it was stopped or had no processor"
        return f"{absent}; {self._seen()}" if any(self._places) else absent

    def _seen(self) -> str:
        if not self._places:
            return "it was over before what ran could be seen"
        (where, times), total = self._places.most_common(1)[0], self._places.total()
        others = self._computing()
        here = f"it was in {where}" + (f" ({times} of {total} looks)" if times < total else "")
        if where:
            return f"{here}, while {others}" if others else here
        return f"it waited for its turn, while {others}" if others else "it waited for a processor"

    def _computing(self) -> str:
        """Which others may have kept the loop's thread from running: none, where that had a core most of the time."""
        seen = self._last - self._began
        used = {thread: now_s - self._used_before.get(thread, 0.0) for thread, now_s in self._used.items()}
        if used.get(self._thread, 0.0) > seen / 2:
            return ""
        busy = [thread for thread in self._others if used.get(thread, 0.0) > seen * COUNTED]
        if sum(used[thread] for thread in busy) < seen * BUSY:
            return ""
        busy.sort(key=used.__getitem__, reverse=True)
        named = [f"thread {thread.name} computed in {self._others[thread]}" for thread in busy[:NAMED]]
        return " and ".join(named) + (f" and {len(busy) - NAMED} more did" if len(busy) > NAMED else "")


def used_by_threads() -> dict[threading.Thread, float]:
    """For how many seconds each thread has had a core; 0 where the system does not tell."""
    return {thread: _used_by(thread.native_id or 0) for thread in threading.enumerate()}


def _used_by(native_id: int) -> float:
    if sys.platform != "linux":
        return 0.0
    try:
        # The kernel's number for a thread's clock: safe for one that has ended, unlike `pthread_getcpuclockid`.
        return time.clock_gettime(~native_id << 3 | 6)
    except OSError:
        return 0.0


def place(frame: FrameType) -> str:
    """The innermost frame, and the next ones that are this project's own, or, where it has none, of libraries."""
    stack = [frame]
    while (outer := stack[-1].f_back) is not None:
        stack.append(outer)
    own = [one for one in stack[1:] if _is_own(one)]
    return " < ".join(map(_line, [frame, *(own or stack[1:])][:FRAMES]))


def _line(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    name = path.relative_to(ROOT) if _is_own(frame) else Path(*path.parts[-2:])
    return f"{name}:{frame.f_lineno} {frame.f_code.co_name}"


def _is_own(frame: FrameType) -> bool:
    path = frame.f_code.co_filename
    return path.startswith(f"{ROOT}/") and LIBRARIES not in path


def _is_between_callbacks(frame: FrameType) -> bool:
    return (Path(frame.f_code.co_filename).name, frame.f_code.co_name) in BETWEEN_CALLBACKS
