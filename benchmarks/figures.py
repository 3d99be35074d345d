"""Figures, with the limits that they are held to."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

IDLE = 0.1
"""The load average below which the machine counts as idle."""
PATIENCE_S = 600


class Report:
    """Prints each figure as it comes."""

    def __init__(self) -> None:
        self._missed: list[str] = []
        self._part = ""

    def begin(self, part: str) -> None:
        self._part = part
        print(f"\n{part}  (load {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores)", flush=True)

    def add(
        self, what: str, value: float, unit: str = "", *, most: float | None = None, least: float | None = None
    ) -> None:
        """A figure, which must not be over `most` or under `least`."""
        kept = (most is None or value <= most) and (least is None or value >= least)
        limit = f"at most {most:g}" if most is not None else f"at least {least:g}" if least is not None else ""
        said = "" if not limit else "  kept" if kept else "  MISSED"
        print(f"  {what:<58} {value:>12,.3f} {unit:<8} {limit:<16}{said}", flush=True)
        if not kept:
            self._missed.append(f"{self._part}: {what}")

    def end(self) -> int:
        """The exit status."""
        print("\nall limits kept" if not self._missed else "\nmissed: " + "; ".join(self._missed))
        return 1 if self._missed else 0


def wait_until_idle() -> None:
    """Until the load average is low; what others do would be measured too."""
    end, said = time.monotonic() + PATIENCE_S, False
    while (load := os.getloadavg()[0]) > IDLE and time.monotonic() < end:
        if not said:
            print(f"  waiting until the load, {load:.2f}, is below {IDLE}", flush=True)
        said = True
        time.sleep(5)
    if load > IDLE:
        print(f"  the load is still {load:.2f}: what follows is not measured on an idle machine", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all (0 to 1) do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
