"""A soak of live delivery: subscribers come and go for as long as one likes, each of them judged."""

from __future__ import annotations

import random

from benchmarks.figures import Report
from tests.oracle.ground import ground
from tests.oracle.soak import Soak

WARM_UP_S = 60.0
ROOM_MB = 25.0
FEW = 10


def soak(report: Report, minutes: float) -> None:
    """So many minutes, after a warm-up."""
    seed = random.randrange(1 << 32)
    print(f"  seed {seed}")
    with ground() as on:
        outcome = Soak(on, seed).run(WARM_UP_S, minutes * 60)
    for finding in outcome.findings[:20]:
        print(f"  {finding}")
    report.add("findings of the oracle", len(outcome.findings), most=0)
    report.add("subscribers that came", outcome.came)
    report.add("of whom were judged", outcome.judged, least=outcome.came)
    report.add("times that one was cut off", outcome.cuts, least=1)
    report.add("times that one stopped reading", outcome.stalls, least=1)
    report.add("gaps `slow` that were told", outcome.slow_gaps)
    report.add("ticks that they received", outcome.ticks, least=1)
    report.add("growth of the worker, by the slope", outcome.mb_a_minute * minutes, "MB", most=ROOM_MB)
    report.add("slope of the worker's memory", outcome.mb_a_minute, "MB/min")
    before, after = outcome.descriptors
    report.add("descriptors of the worker, nobody being there", after, most=before + FEW)


PARTS = {"soak": soak}
