"""Tabs of a real browser that follow a stream with `feed.js`; each notes down what its page received."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.oracle.history import Closed, Cursor, Event, Gap, Hello, Tick, checksum
from tests.oracle.judge import judge
from tests.oracle.log import Log

CUT_OFF = 1006
FOLLOW = """async (options) => {
    const { follow } = await import("/static/ticks/feed.js");
    window.events = []; window.reasons = []; window.count = 0;
    window.feed = follow({
        stream: "main", ...options,
        onHello: ({ cursor }) => events.push(["hello", cursor]),
        onTicks: (ticks) => {
            count += ticks.length;
            for (const tick of ticks) events.push(["tick", feed.cursor.epoch, tick]);
        },
        onGap: (gap) => events.push(["gap", gap]),
        onState: ({ state, code, reason }) => {
            if (state === "waiting" && code !== null) events.push(["closed", code]);
            if (reason) reasons.push(reason);
        },
    });
}"""


class Tab:
    """One page of a site, which follows `main`."""

    def __init__(self, context: BrowserContext, site: str, **options: Any) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(100_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{site}/login/")
        self.page.evaluate(FOLLOW, options)

    def wait_for(self, ticks: int) -> None:
        """Until it has so many more."""
        self.wait_to_have(self.count + ticks)

    def wait_to_have(self, ticks: int) -> None:
        self.page.wait_for_function(f"() => count >= {ticks}")

    @property
    def count(self) -> int:
        count: int = self.page.evaluate("count")
        return count

    @property
    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.page.evaluate("feed.status")
        return status

    def wait_to_be(self, role: str) -> None:
        self.page.wait_for_function(f"() => feed.status.role === {role!r} && feed.status.state === 'live'")

    def hide(self, hidden: bool) -> None:
        told = str(hidden).lower()
        self.page.evaluate(f"Object.defineProperty(document, 'hidden', {{ value: {told}, configurable: true }})")
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def wait_to_pass(self, log: Log, until: int) -> None:
        """Until it has what was written up to this index of a log of one epoch."""
        last = int(log.named(until - 1).split(":")[1])
        self.page.wait_for_function(f"() => feed.cursor.t >= {last}")

    def judge(self, log: Log, until: int) -> list[str]:
        """What is wrong with what the page was given, which is at least all up to this index; see `judge`."""
        history = self.history()
        found = judge(log.refresh(), history, start=None, codes=[CUT_OFF], until=until)
        return [*found, *self.errors]

    def history(self) -> list[Event]:
        return [_event(*noted) for noted in self.page.evaluate("events")]


def _event(kind: str, *what: Any) -> Event:
    if kind == "tick":
        epoch, tick = what
        return Tick(epoch, tick["t"], checksum(tick))
    (told,) = what
    if kind == "hello":
        return Hello(told and Cursor(told["epoch"], told["t"]))
    if kind == "gap":
        return Gap(told["after_t"], told["next_t"], told["count"], told["reason"], told.get("epoch"))
    return Closed(told)
