"""`script/bench CASE [PART …]`: measure, print the figures, and exit with 1 where a limit is not kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from benchmarks import archive, dashboard, faults, history, http, live, producer, soak
from benchmarks.figures import Report
from monitor import memory

Part = Callable[[Report, float], None]
CASES: Mapping[str, Mapping[str, Part]] = {
    "producer": producer.PARTS,
    "faults": faults.PARTS,
    "archive": archive.PARTS,
    "live": live.PARTS,
    "http": http.PARTS,
    "history": history.PARTS,
    "dashboard": dashboard.PARTS,
    "soak": soak.PARTS,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure, on a machine that does nothing else.")
    parser.add_argument("case", choices=CASES)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="; ".join(f"{c}: {', '.join(CASES[c])}" for c in CASES)
    )
    parser.add_argument("--scale", type=float, default=1.0, help="so many times as long, or as often; default: 1")
    parser.add_argument("--minutes", type=float, default=10.0, help="of soak: how long; default: 10")
    asked = parser.parse_args()
    parts = CASES[asked.case]
    for part in asked.parts:
        if part not in parts:
            parser.error(f"{part!r} is no part of {asked.case}: {', '.join(parts)}")
    memory.freeze()
    report = Report()
    for name in asked.parts or parts:
        report.begin(name)
        parts[name](report, asked.minutes if asked.case == "soak" else asked.scale)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
