"""The dashboard in a real browser, with a probe in it that notes what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as TooLate

from benchmarks.stage import Stage, stage
from tests.support.browser import Watched, chromium
from tests.support.processes import Running

PROBE = Path(__file__).parent / "probe.js"
WIDE, HIGH = 1440, 2600
"""So high that all charts are in sight, in CSS pixels."""
CHARTS = 12
"""At least so many have to be drawn, or nothing was shown."""
HAS_DATA = "() => bench.firstData !== null"


class Shown(Watched):
    """A page with the probe, and what its main thread does. Times are in milliseconds."""

    def __init__(self, browser: Browser, high: int = HIGH) -> None:
        super().__init__(browser, viewport={"width": WIDE, "height": high})
        self.page.add_init_script(path=PROBE)
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self._cdp = self.page.context.new_cdp_session(self.page)
        self._cdp.send("Performance.enable")

    def open(self, url: str) -> None:
        """Returns once a chart with data is painted."""
        self.page.goto(url)
        try:
            self.page.wait_for_function(HAS_DATA)
        except TooLate as error:
            raise AssertionError(f"no chart with data is painted; in the console: {self.errors}") from error

    def told(self, expression: str, *given: object) -> Any:
        """What the probe tells, as of `firstData`."""
        return self.page.evaluate(f"(given) => bench.{expression}", *given)

    def metrics(self) -> dict[str, float]:
        """Of the main thread since it began: seconds of tasks, scripts, layout; nodes."""
        told: list[dict[str, Any]] = self._cdp.send("Performance.getMetrics")["metrics"]
        return {one["name"]: float(one["value"]) for one in told}

    def heap_bytes(self) -> dict[str, float]:
        """What is used after garbage was collected: by objects, and by typed arrays beside them."""
        self._cdp.send("HeapProfiler.collectGarbage")
        told = self._cdp.send("Runtime.getHeapUsage")
        return {"objects": float(told["usedSize"]), "arrays": float(told["backingStorageSize"])}

    def outside(self, site: str) -> list[str]:
        """Requests to somebody else."""
        ours = (f"{site}/", site.replace("http", "ws", 1) + "/", "data:")
        return [url for url in self.requests if not url.startswith(ours)]


@contextmanager
def at_work(source: str) -> Iterator[tuple[Stage, Running]]:
    """A stage whose stream `main` one of `benchmarks.dashboard.source` fills."""
    with stage() as on:
        producer = on.processes.producer(f"benchmarks.dashboard.source:{source}")
        producer.wait_to_say("→ stream main")
        yield on, producer


@contextmanager
def watching(source: str) -> Iterator[tuple[Stage, Shown]]:
    """The same, with a page that shows it."""
    with at_work(source) as (on, _), chromium() as browser:
        shown = Shown(browser)
        shown.open(url_of(on))
        yield on, shown


def url_of(on: Stage, stream: str = "main") -> str:
    return f"{on.processes.url}/s/{stream}/"
