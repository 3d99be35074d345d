"""Both sides of a comparison: ours and Nchan, each with ticks of its own at the same rate."""

from __future__ import annotations

from benchmarks.figures import Report
from benchmarks.live.figures import add, enough
from benchmarks.live.generator import Outcome, generator
from benchmarks.live.stage import live
from benchmarks.peers.nchan import nchan
from benchmarks.peers.peer import Fed, Peer, fed

RATE = 1000
AGENTS = 11
SECONDS, THEIRS_S, LEAST_S = 45.0, 30.0, 3.0
"""The archiver works each 5 s, and at this rate seals in every second of these turns or so: ours are nine of them."""


def seconds(scale: float, seconds: float = SECONDS) -> float:
    return max(LEAST_S, seconds * scale)


def ours(dialect: str, subscribers: int, scale: float, *options: object) -> Outcome:
    """By the WebSocket or over HTTP, as the dialect has it."""
    with live() as on:
        on.produce(RATE)
        with generator(on.at(dialect), dialect, subscribers, "--seconds", seconds(scale), *options) as load:
            return load.measure(on.costs)


def watch(peer: Peer, dialect: str, subscribers: int, scale: float, *options: object) -> Outcome:
    with generator(peer.url, dialect, subscribers, "--seconds", seconds(scale, THEIRS_S), *options) as load:
        return load.measure(peer.processes)


def nchan_ticks(
    report: Report, who: str, rate: float, subscribers: int, agents: int, scale: float, dialect: str = "plain"
) -> Outcome:
    """A tick a message: a text frame, or an event where the dialect is `nchan`."""
    with nchan(dialect == "nchan") as peer, fed("feed", peer.folder, rate, agents, "nchan", peer.where) as feeder:
        outcome = watch(peer, dialect, subscribers, scale)
        sent = feeder.end()
    add_posted(report, who, outcome, sent, rate)
    return outcome


def add_posted(report: Report, who: str, outcome: Outcome, sent: Fed, rate: float) -> None:
    add(report, who, outcome)
    enough(report, who, outcome, rate)
    report.add(f"{who}: messages posted", sent.sent)
    report.add(f"{who}: messages refused", sent.refused, most=0)
