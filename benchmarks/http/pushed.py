"""The stream pushed over HTTP, beside the WebSocket and beside what others push."""

from __future__ import annotations

from benchmarks.figures import Report
from benchmarks.live.figures import add, enough, framing
from benchmarks.live.generator import Outcome
from benchmarks.live.sides import AGENTS, RATE, nchan_ticks, ours
from benchmarks.peers.nchan import found

MANY = 100
P99_MS = 100


def sse(report: Report, scale: float) -> None:
    """1000 ticks/s as events to 100, against the WebSocket's plain mode and Nchan; the same as lines of JSON."""
    framing("a text frame a tick; then an event a tick, in ours and Nchan; then lines of JSON, plain and in gzip")
    socket = _ours(report, "plain", "WebSocket, plain", scale)
    events = _ours(report, "sse", "SSE", scale, p99=P99_MS)
    if found():
        theirs = nchan_ticks(report, "Nchan, SSE", RATE, MANY, AGENTS, scale, "nchan")
        report.add("SSE against Nchan's", events.a_tick / theirs.a_tick, most=1)
        report.add("  without the archiver: Nchan keeps nothing", events.without("archiver").a_tick / theirs.a_tick)
    report.add("SSE against the WebSocket's plain mode", events.a_tick / socket.a_tick, most=2)
    for dialect, who in (("ndjson", "NDJSON"), ("gzip", "NDJSON in gzip")):
        lines = _ours(report, dialect, who, scale)
        report.add(f"{who} against the WebSocket's plain mode", lines.a_tick / socket.a_tick)


def _ours(report: Report, dialect: str, who: str, scale: float, p99: float | None = None) -> Outcome:
    outcome = ours(dialect, MANY, scale)
    add(report, who, outcome, p99=p99)
    enough(report, who, outcome, RATE)
    return outcome
