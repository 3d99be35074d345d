"""A steady rate to many: ours, and what others need for the same."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.live.figures import add, cost, enough, framing, wrong
from benchmarks.live.generator import Outcome, generator
from benchmarks.live.stage import live
from benchmarks.load.recording import recorded
from benchmarks.peers.nchan import found, nchan
from benchmarks.peers.peer import Fed, Peer, fed
from benchmarks.peers.python import broadcast, naive

RATE, MANY, CROWD = 1000, 100, 1000
SECONDS, THEIRS_S, LEAST_S = 18.7, 10.0, 3.0
"""At this rate the archiver seals each 9.3 s, which is most of its work: ours are two of these turns."""
AGENTS = 11
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
        ours = _ours("v1", MANY, scale, "--record", file)
        add(report, "ours", ours, p99=50)
        enough(report, "ours", ours, RATE)
        if not found():
            return
        single = _nchan_ticks(report, "Nchan, a tick a message", RATE, MANY, AGENTS, scale)
        batches = _nchan_replay(report, file, scale)
    for who, theirs, most in (("a tick a message", single, 0.25), ("the same batches", batches, 1.3)):
        report.add(f"ours against Nchan, {who}", ours.a_tick / theirs.a_tick, most=most)
        report.add("  without the archiver: Nchan keeps nothing", ours.without("archiver").a_tick / theirs.a_tick)


def plain(report: Report, scale: float) -> None:
    """The same in plain mode, against `websockets.broadcast` and naive Channels."""
    framing("a text frame a tick, in all three")
    ours = _ours("plain", MANY, scale)
    add(report, "ours", ours, p99=100)
    enough(report, "ours", ours, RATE)
    with broadcast() as peer, fed("feed", peer.folder, RATE, AGENTS, "lines", peer.where):
        theirs = _watch(peer, "plain", MANY, scale)
    add(report, "websockets.broadcast", theirs, every=False)
    enough(report, "websockets.broadcast", theirs, RATE)
    report.add("ours against websockets.broadcast", ours.a_tick / theirs.a_tick, most=1)
    _naive(report, scale)


def thousand(report: Report, scale: float) -> None:
    """1000 ticks/s to 1000."""
    framing("ticks.v1, a gzip frame a batch")
    ours = _ours("v1", CROWD, scale)
    add(report, "ours", ours, p99=100)
    enough(report, "ours", ours, RATE)
    report.add("web worker", ours.used["web worker"] / ours.seconds * 100, "% of 1", most=60)


def frames(report: Report, scale: float) -> None:
    """4 KB at 20 Hz to 200: what a frame costs."""
    framing("a text frame of 4 KB a tick, in both")
    with live() as on:
        on.produce(FRAMES_RATE, "--agents", str(FRAMES_AGENTS))
        with generator(on.url, "plain", FRAMES_MANY, "--seconds", _seconds(scale)) as load:
            ours = load.measure(on.costs)
    add(report, "ours", ours)
    report.add("ours: bytes a frame", ours.told["bytes"] / ours.told["frames"], "B", least=4000)
    report.add("ours: a frame", ours.a_frame, "µs")
    report.add("ours: a frame, web worker alone", ours.used["web worker"] / ours.told["frames"] * 1e6, "µs")
    if found():
        theirs = _nchan_ticks(report, "Nchan", FRAMES_RATE, FRAMES_MANY, FRAMES_AGENTS, scale)
        report.add("Nchan: a frame", theirs.a_frame, "µs")
        report.add("ours against Nchan, a frame", ours.a_frame / theirs.a_frame, most=1.3)


def second(report: Report, scale: float) -> None:
    """A tick a second to 1000."""
    framing("ticks.v1; one tick of 1.35 KB is a gzip frame")
    with live() as on:
        on.produce(1)
        options = ("--seconds", max(5.0, 20 * scale), "--awake", AWAKE_S)
        with generator(on.url, "v1", CROWD, *options) as load:
            add(report, "ours", load.measure(on.costs), p99=30)


def _seconds(scale: float, seconds: float = SECONDS) -> float:
    return max(LEAST_S, seconds * scale)


def _ours(dialect: str, subscribers: int, scale: float, *options: object) -> Outcome:
    with live() as on:
        on.produce(RATE)
        with generator(on.url, dialect, subscribers, "--seconds", _seconds(scale), *options) as load:
            return load.measure(on.costs)


def _watch(peer: Peer, dialect: str, subscribers: int, scale: float, *options: object) -> Outcome:
    with generator(peer.url, dialect, subscribers, "--seconds", _seconds(scale, THEIRS_S), *options) as load:
        return load.measure(peer.processes)


def _nchan_ticks(report: Report, who: str, rate: float, subscribers: int, agents: int, scale: float) -> Outcome:
    with nchan() as peer, fed("feed", peer.folder, rate, agents, "nchan", peer.where) as feeder:
        outcome = _watch(peer, "plain", subscribers, scale)
        sent = feeder.end()
    _add_posted(report, who, outcome, sent, rate)
    return outcome


def _nchan_replay(report: Report, file: Path, scale: float) -> Outcome:
    """The frames that ours sent, in the same intervals."""
    who, first = "Nchan, our batches", recorded(file)[0].at
    with nchan() as peer:
        options = ("--no-hello", "--warm-up", 2.0)
        start = time.time() + START_S
        with fed("replay", peer.folder, file, peer.where, start) as feeder:
            outcome = _watch(peer, "v1", MANY, scale, *options, "--shift", start - first)
            sent = feeder.end()
    _add_posted(report, who, outcome, sent, RATE)
    return outcome


def _add_posted(report: Report, who: str, outcome: Outcome, sent: Fed, rate: float) -> None:
    add(report, who, outcome)
    enough(report, who, outcome, rate)
    report.add(f"{who}: messages posted", sent.sent)
    report.add(f"{who}: messages refused", sent.refused, most=0)


def _naive(report: Report, scale: float) -> None:
    """What share of all ticks its subscribers had a second after they were made."""
    who = "naive Channels"
    with naive() as peer, fed("feed", peer.folder, RATE, AGENTS, "group", "-", redis_url=peer.where):
        theirs = _watch(peer, "plain", MANY, scale)
    expected = RATE * MANY * theirs.seconds
    report.add(f"{who}: delivered meanwhile, of whatever age", theirs.told["frames"] / expected * 100, "%")
    for seconds, pairs in zip(("0.1 s", "1 s"), theirs.told["latency"]["in_time"], strict=True):
        report.add(f"{who}: delivered within {seconds}", pairs / expected * 100, "%")
    report.add(f"{who}: twice, broken chains, other messages", wrong(theirs))
    cost(report, who, theirs)
