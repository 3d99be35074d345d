"""`python -m benchmarks.load URL`: so many subscribers; says `connected`, `begin`, `end` and what they got, in JSON.

It works until its standard input ends, or until the window is over and all have what was made in it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load.dialects import DIALECTS
from benchmarks.load.loop import Loop
from benchmarks.load.recording import record
from benchmarks.load.results import Window, results

LATE_S = 2.0
"""So long is waited for ticks that were made in the window."""


def main() -> None:
    asked = _arguments()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, hard), hard))
    gc.disable()  # nothing here goes round in circles
    loop = Loop(
        asked.url,
        asked.dialect,
        asked.subscribers,
        hello=not asked.no_hello,
        again=asked.again,
        unread=asked.unread,
        awake_s=asked.awake,
    )
    _run(loop, lambda: loop.complete)
    each = sorted(loop.connect_s)
    _say("connected", connect_ms={"p50": each[len(each) // 2] * 1000, "max": each[-1] * 1000})
    if asked.unread:
        _run(loop, _input_ended)
        _say("result", unread_bytes=loop.unread_bytes(), closed=loop.closed)
        return
    if asked.through is not None:
        _catch_up(loop, asked.through)
        return
    _run(loop, _after(time.time() + asked.warm_up))
    began, used = time.time(), time.process_time()
    _say("begin", at=began)
    over = _after(began + asked.seconds)
    _run(loop, lambda: over() or _input_ended())
    ended, spent = time.time(), time.process_time() - used
    _say("end", at=ended)
    _run(loop, _all_have_all(loop, ended))
    if asked.record:
        record(loop, asked.record)
    told = results(loop, Window(began, ended, asked.shift))
    _say("result", share=spent / (ended - began), closed=loop.closed, back=loop.back, **told)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("url", help="ws://… or http://…")
    parser.add_argument("--dialect", choices=DIALECTS, default="plain")
    parser.add_argument("--subscribers", type=int, default=1)
    parser.add_argument("--warm-up", type=float, default=3.0, metavar="S", help="from when all are connected")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the window is")
    parser.add_argument("--no-hello", action="store_true", help="a server that speaks v1 without it")
    parser.add_argument("--again", action="store_true", help="who is cut off connects again with its cursor")
    parser.add_argument("--unread", action="store_true", help="connect and never read")
    parser.add_argument("--through", type=int, metavar="T", help="no window: end when all have this tick")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write down all frames, and when they came")
    parser.add_argument("--awake", type=float, default=0.0, metavar="S", help="don't sleep so soon after anything came")
    parser.add_argument("--shift", type=float, default=0.0, metavar="S", help="ticks were made so much later than ts")
    return parser.parse_args()


def _catch_up(loop: Loop, t: int) -> None:
    began, used = time.time(), time.process_time()
    _run(loop, lambda: all((one.cursor or -1) >= t for one in loop.subscribers))
    ended, spent = time.time(), time.process_time() - used
    told = results(loop, Window(0, ended))
    _say("result", share=spent / (ended - began), seconds=ended - began, closed=loop.closed, **told)


def _run(loop: Loop, until: Callable[[], bool]) -> None:
    parent = os.getppid()

    def over() -> bool:
        if os.getppid() != parent:
            sys.exit("who started this is gone")
        return until()

    loop.run(over)


def _after(at: float) -> Callable[[], bool]:
    return lambda: time.time() >= at


def _input_ended() -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(ready) and not os.read(sys.stdin.fileno(), 1)


def _all_have_all(loop: Loop, made: float) -> Callable[[], bool]:
    """Who has a newer tick has all, or never gets it."""
    deadline = time.time() + LATE_S

    def over() -> bool:
        newest = next(
            (t for t, ts in zip(reversed(loop.reference.t), reversed(loop.reference.ts), strict=True) if ts < made), -1
        )
        return time.time() >= deadline or all((one.cursor or -1) > newest for one in loop.subscribers)

    return over


def _say(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


if __name__ == "__main__":
    main()
