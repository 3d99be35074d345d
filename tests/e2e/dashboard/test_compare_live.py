"""Live, what is laid over moves along: every tick of another time, or of another stream, as it comes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocket

from tests.e2e.dashboard.cases import wait, wait_for_charts, wait_for_more
from tests.e2e.dashboard.comparing import HOUR_S, CompareCase
from tests.e2e.dashboard.drawn import rows_of, valued
from tests.support.waiting import until

RATE = 8


class CompareLiveTest(CompareCase):
    """`live` goes on, and had a past; `live-2` goes on beside it."""

    streams = ("live", "live-2")

    @classmethod
    def fill(cls) -> None:
        began = cls.now - HOUR_S - 120
        cls.keep("live", [(began + i / 5, {"energy": i % 997, "width": i, "height": 5}) for i in range(5 * 1800)])
        for stream in cls.streams:
            cls.processes.producer("simulation", "--rate", str(RATE), "--agents", "2", "--stream", stream)

    def test_live_the_hour_before_moves_along_in_steps_without_a_hole_and_without_a_request_a_tick(self) -> None:
        page = self.open("/s/live/?last=30&compare=1h")
        wait_for_charts(page)
        self.assert_compared(page, ["energy"], "live", HOUR_S)
        asked = list[str]()
        page.on("request", lambda request: asked.append(request.url))
        while len(steps := [url for url in asked if "/series/" in url and "points" in url]) < 2:
            self.assert_compared(page, ["energy"], "live", HOUR_S)
        began = page.evaluate("tickMonitor.seen().at(-1)")
        self.assertEqual(len({re.sub(r"fields=[^&]*", "", url) for url in steps}), len(steps), "each range once")
        self.assertGreater(began, 0)
        self.assert_followed(page, "energy", "itself")

    def test_live_the_span_before_and_another_stream_are_followed(self) -> None:
        page = self.open("/s/live/?last=15&compare=span")
        wait_for_more(page, 35 * RATE)
        self.wait_for_other(page)
        self.assert_followed(page, "energy", "live")
        page.click("#compare-turn")
        sockets = list[WebSocket]()
        page.on("websocket", lambda socket: sockets.append(socket))
        page.select_option("#compare-stream", "live-2")
        page.get_by_role("button", name="the same time", exact=True).click()
        self.wait_for_other(page)
        self.assert_followed(page, "energy", "live-2")
        wait_for_more(page, 5 * RATE)
        self.assert_followed(page, "energy", "live-2")
        page.click("#pause")
        self.assert_followed(page, "energy", "live-2")
        page.click("#pause")
        self.assert_followed(page, "energy", "live-2")
        page.click("#compared")
        until(
            lambda: page.evaluate("1") and sockets and all(one.is_closed() for one in sockets),
            "it is no longer followed",
        )
        self.assert_followed(page, "energy", "itself")

    def wait_for_other(self, page: Page) -> None:
        """What is laid over is drawn up to its end."""
        reaches = "tickMonitor.cards()[0].other?.x.length > arg && tickMonitor.cards()[0].other.range.to"
        wait(page, f"{reaches} - tickMonitor.cards()[0].other.x.at(-1) < 5", 2 * RATE)

    def assert_followed(self, page: Page, field: str, stream: str) -> None:
        """What is laid over, or the line itself, has every tick in order, from its first on."""
        # Where a file is closed while it is read, a part of the archive is not seen.
        until(lambda: self.follows(page, field, stream), "every tick is drawn, in order", 60, every_s=0.2)

    def follows(self, page: Page, field: str, stream: str) -> bool:
        other = (
            "() => tickMonitor.cards().filter(({ other }) => other).map(({ fields, other }) => ({ fields, ...other }))"
        )
        rows = rows_of(page.evaluate("() => tickMonitor.cards()" if stream == "itself" else other), field)[:-1]
        ticks = [(tick["ts"], valued(tick, field)) for tick in self.archived("live" if stream == "itself" else stream)]
        begin = next((i for i, row in enumerate(rows) if row.count == 1), 0)
        at = next((i for i, (ts, _) in enumerate(ticks) if rows and ts == rows[begin].x), len(ticks))
        for row in rows[begin:]:
            values = [value for _, value in ticks[at : at + row.count]]
            if not values or (row.least, row.largest) != (min(values), max(values)):
                return False
            at += row.count
        return len(rows) - begin > RATE
