"""A steady rate to many: ours, and what others need for the same."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.live import floor
from benchmarks.live.figures import add, cost, enough, framing, wrong
from benchmarks.live.generator import Outcome, generator
from benchmarks.live.sides import AGENTS, RATE, add_posted, nchan_ticks, ours, seconds, watch
from benchmarks.live.stage import live
from benchmarks.load.recording import recorded
from benchmarks.peers.nchan import found, nchan
from benchmarks.peers.peer import fed
from benchmarks.peers.python import broadcast, naive

MANY, CROWD = 100, 1000
FRAMES_RATE, FRAMES_MANY, FRAMES_AGENTS = 20, 200, 34
"""A record of 34 agents has a little over 4 KB."""
AWAKE_S = 0.005
START_S = 1.0
"""What is replayed begins so much later than its program."""


def v1(report: Report, scale: float) -> None:
    """1000 ticks/s in `ticks.v1` to 100, against Nchan with the same ticks, and with the same frames."""
    framing("ours ticks.v1, a gzip frame a batch; Nchan a text frame a tick; then Nchan with our gzip frames")
    with tempfile.TemporaryDirectory(prefix="tickmon-frames-") as folder:
        file = Path(folder) / "frames"
        our = ours("v1", MANY, scale, "--record", file)
        add(report, "ours", our, p99=50)
        enough(report, "ours", our, RATE)
        if not found():
            return
        single = nchan_ticks(report, "Nchan, a tick a message", RATE, MANY, AGENTS, scale)
        batches = _nchan_replay(report, file, scale)
        floor.add(report, file, MANY, batches)
    for who, theirs, most in (("a tick a message", single, 0.25), ("the same batches", batches, 1.3)):
        report.add(f"ours against Nchan, {who}", our.a_tick / theirs.a_tick, most=most)
        report.add("  without the archiver: Nchan keeps nothing", our.without("archiver").a_tick / theirs.a_tick)


def plain(report: Report, scale: float) -> None:
    """The same in plain mode, against `websockets.broadcast` and naive Channels."""
    framing("a text frame a tick, in all three")
    our = ours("plain", MANY, scale)
    add(report, "ours", our, p99=100)
    enough(report, "ours", our, RATE)
    with broadcast() as peer, fed("feed", peer.folder, RATE, AGENTS, "lines", peer.where):
        theirs = watch(peer, "plain", MANY, scale)
    add(report, "websockets.broadcast", theirs, every=False)
    enough(report, "websockets.broadcast", theirs, RATE)
    report.add("ours against websockets.broadcast", our.a_tick / theirs.a_tick, most=1)
    _naive(report, scale)


def thousand(report: Report, scale: float) -> None:
    """1000 ticks/s to 1000."""
    framing("ticks.v1, a gzip frame a batch")
    our = ours("v1", CROWD, scale)
    add(report, "ours", our, p99=100)
    enough(report, "ours", our, RATE)
    report.add("web worker", our.used["web worker"] / our.seconds * 100, "% of 1", most=60)


def frames(report: Report, scale: float) -> None:
    """4 KB at 20 Hz to 200: what a frame costs."""
    framing("a text frame of 4 KB a tick, in both")
    with live() as on:
        on.produce(FRAMES_RATE, "--agents", str(FRAMES_AGENTS))
        with generator(on.url, "plain", FRAMES_MANY, "--seconds", seconds(scale)) as load:
            our = load.measure(on.costs)
    add(report, "ours", our)
    report.add("ours: bytes a frame", our.told["bytes"] / our.told["frames"], "B", least=4000)
    report.add("ours: a frame", our.a_frame, "µs")
    report.add("ours: a frame, web worker alone", our.used["web worker"] / our.told["frames"] * 1e6, "µs")
    if found():
        theirs = nchan_ticks(report, "Nchan", FRAMES_RATE, FRAMES_MANY, FRAMES_AGENTS, scale)
        report.add("Nchan: a frame", theirs.a_frame, "µs")
        report.add("ours against Nchan, a frame", our.a_frame / theirs.a_frame, most=1.3)


def second(report: Report, scale: float) -> None:
    """A tick a second to 1000."""
    framing("ticks.v1; one tick of 1.35 KB is a gzip frame")
    with live() as on:
        on.produce(1)
        options = ("--seconds", max(5.0, 20 * scale), "--awake", AWAKE_S)
        with generator(on.url, "v1", CROWD, *options) as load:
            add(report, "ours", load.measure(on.costs), p99=30)


def _nchan_replay(report: Report, file: Path, scale: float) -> Outcome:
    """The frames that ours sent, in the same intervals."""
    who, first = "Nchan, our batches", recorded(file)[0].at
    with nchan() as peer:
        options = ("--no-hello", "--warm-up", 2.0)
        start = time.time() + START_S
        with fed("replay", peer.folder, file, peer.where, start) as feeder:
            outcome = watch(peer, "v1", MANY, scale, *options, "--shift", start - first)
            sent = feeder.end()
    add_posted(report, who, outcome, sent, RATE)
    return outcome


def _naive(report: Report, scale: float) -> None:
    """What share of all ticks its subscribers had a second after they were made."""
    who = "naive Channels"
    with naive() as peer, fed("feed", peer.folder, RATE, AGENTS, "group", "-", redis_url=peer.where):
        theirs = watch(peer, "plain", MANY, scale)
    expected = RATE * MANY * theirs.seconds
    report.add(f"{who}: delivered meanwhile, of whatever age", theirs.told["frames"] / expected * 100, "%")
    for limit, pairs in zip(("0.1 s", "1 s"), theirs.told["latency"]["in_time"], strict=True):
        report.add(f"{who}: delivered within {limit}", pairs / expected * 100, "%")
    report.add(f"{who}: twice, broken chains, other messages", wrong(theirs))
    cost(report, who, theirs)
