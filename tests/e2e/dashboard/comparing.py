"""What is laid over a chart, held to what is archived."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import DashboardCase
from tests.e2e.dashboard.drawn import faults, rows_of
from tests.support.waiting import until

HOUR_S, DAY_S, STEP_S = 3600, 86_400, 10
OTHERS = """() => ({
    held: "replay",
    lastT: Infinity,
    cards: tickMonitor.cards().filter(({ other }) => other?.x).map(({ fields, other }) => ({ fields, ...other })),
})"""


class CompareCase(DashboardCase):
    def assert_compared(self, page: Page, fields: Iterable[str], stream: str, back: float | None = None) -> None:
        """What is laid over is exactly what is archived of the stream, so much earlier than what is shown."""
        told = list[str]()

        def is_right() -> bool:
            seen, shown = page.evaluate(OTHERS), page.evaluate("tickMonitor.range()")
            ranges = [one["range"] for one in seen["cards"]]
            if not ranges:
                return False
            ticks = self.archived(stream)
            told[:] = [fault for field in fields for fault in faults({**seen, "range": ranges[0]}, field, ticks)]
            if back is not None and abs(shown["from"] - ranges[0]["from"] - back) > 2:
                told.append(f"{shown} is compared with {ranges[0]}")
            told.extend(f"{field}: it ends early" for field in fields if not self.reaches(seen, field, ranges[0]["to"]))
            return not told

        try:
            until(is_right, "what is laid over is what is archived", 60, every_s=0.2)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *told[:20]])) from None

    def reaches(self, seen: dict[str, Any], field: str, end: float) -> bool:
        """Whether what is laid over goes up to its end: to the tick before it."""
        rows = rows_of(seen["cards"], field)
        return bool(rows) and end - rows[-1].x < 3 * STEP_S
