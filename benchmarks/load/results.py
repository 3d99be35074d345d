"""What all subscribers got of the ticks of a window, computed after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.load.loop import Loop
from benchmarks.load.subscriber import Received

Array = NDArray[Any]
IN_TIME_S = (0.1, 1.0)


class Window(NamedTuple):
    """The ticks that were made from `begin` up to `end`, in UNIX seconds."""

    begin: float
    end: float
    shift: float = 0.0
    """What is replayed counts as made so many seconds later."""


class Known(NamedTuple):
    """Every tick that anybody got, by rising `t`."""

    t: Array
    made: Array
    """UNIX seconds."""
    within: Array
    """Whether it was made in the window."""
    of_reference: Array
    """Where the reference's ticks are among them."""


class Moves(NamedTuple):
    """What the log says: whose, when, and from which to which of the reference's ticks."""

    number: Array
    at: Array
    begin: Array
    end: Array


class Got(NamedTuple):
    """By one subscriber, of the window's ticks."""

    ticks: int
    missing: int
    twice: int
    latencies: Array
    """Seconds, of each tick, in single precision: there are millions."""


def results(loop: Loop, window: Window) -> dict[str, Any]:
    """As JSON has it; latencies in ms, over all pairs of a subscriber and a tick."""
    begin, end = _array(loop.log.begin), _array(loop.log.end)
    ends, counts = _array(loop.reference.ends), np.concatenate([[0], _array(loop.reference.counts)])
    frames = [np.searchsorted(ends, positions, "right") for positions in (begin, end)]
    moves = Moves(_array(loop.log.number), _array(loop.log.at, float), counts[frames[0]], counts[frames[1]])
    known, each = _known(loop, window), list[Got]()
    apart = defaultdict[int, list[Received]](list)
    for received in loop.log.apart:
        apart[received.number].append(received)
    order = np.argsort(moves.number, kind="stable")
    bounds = np.searchsorted(moves.number[order], np.arange(len(loop.subscribers) + 1))
    for subscriber in loop.subscribers:
        mine = order[bounds[subscriber.number] : bounds[subscriber.number + 1]]
        each.append(_got(Moves(*(part[mine] for part in moves)), apart[subscriber.number], known))
    during = (moves.at >= window.begin) & (moves.at < window.end)
    told = known.t[known.within]
    return {
        "subscribers": len(loop.subscribers),
        "ticks": len(told),
        "least": min(got.ticks for got in each),
        "most": max(got.ticks for got in each),
        "missing": sum(got.missing for got in each),
        "twice": sum(got.twice for got in each),
        "holes": int(told[-1] - told[0] + 1 - len(told)) if len(told) else 0,
        "broken": sum(subscriber.broken for subscriber in loop.subscribers),
        "others": [other for subscriber in loop.subscribers for other in subscriber.others],
        "frames": int((frames[1] - frames[0])[during].sum()),
        "bytes": int((end - begin)[during].sum()),
        "latency": _latency(np.concatenate([got.latencies for got in each])),
    }


def _known(loop: Loop, window: Window) -> Known:
    extra = {t: ts for received in loop.log.apart for t, ts in zip(received.t, received.ts, strict=True)}
    own = _array(loop.reference.t)
    t = np.union1d(own, np.array(list(extra), dtype=np.int64))
    made, of_reference = np.zeros(len(t)), np.searchsorted(t, own)
    made[np.searchsorted(t, list(extra))] = list(extra.values())
    made[of_reference] = _array(loop.reference.ts, float)
    made += window.shift
    return Known(t, made, (made >= window.begin) & (made < window.end), of_reference)


def _got(moves: Moves, apart: Sequence[Received], known: Known) -> Got:
    """Each tick of the window should be covered once."""
    count = len(known.of_reference)
    steps = np.bincount(moves.begin, minlength=count + 1) - np.bincount(moves.end, minlength=count + 1)
    covered = np.zeros(len(known.t), dtype=np.int64)
    covered[known.of_reference] = np.cumsum(steps)[:count]
    sizes = moves.end - moves.begin
    which = known.of_reference[np.arange(sizes.sum()) + np.repeat(moves.begin - (np.cumsum(sizes) - sizes), sizes)]
    latencies = [(np.repeat(moves.at, sizes) - known.made[which])[known.within[which]]]
    for received in apart:
        place = np.searchsorted(known.t, received.t)
        covered[place] += 1
        latencies.append((received.at - known.made[place])[known.within[place]])
    covered = covered[known.within]
    twice = int((covered[covered > 1] - 1).sum())
    return Got(int((covered > 0).sum()), int((covered == 0).sum()), twice, np.concatenate(latencies).astype(np.float32))


def _latency(latencies: Array) -> dict[str, Any]:
    if not len(latencies):
        return {"pairs": 0, "in_time": [0 for _ in IN_TIME_S]}
    p50, p99 = np.percentile(latencies, [50, 99], method="higher") * 1000
    return {
        "pairs": len(latencies),
        "in_time": [int((latencies <= limit).sum()) for limit in IN_TIME_S],
        "p50": float(p50),
        "p99": float(p99),
        "max": float(latencies.max()) * 1000,
    }


def _array(values: Any, dtype: type = np.int64) -> Array:
    return np.frombuffer(values or b"", dtype=dtype)
