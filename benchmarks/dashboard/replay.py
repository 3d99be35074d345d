"""A replay in the page: how soon any moment of a long archive is drawn, and whether it keeps its pace."""

from __future__ import annotations

import random
import time
from statistics import median, quantiles
from typing import Any

from benchmarks import data
from benchmarks.client import Client
from benchmarks.dashboard.page import Shown
from benchmarks.figures import Report
from benchmarks.history.site import archived, url_of
from benchmarks.live.stage import Live
from tests.support.browser import chromium

SEEKS, LEAST_SEEKS = 200, 20
SCREEN = 900
"""The page's height, in CSS pixels."""
SPEED = 60
PLAYED_S, LEAST_PLAYED_S = 240.0, 20.0
WARM_UP_S = 5.0
DAY = 86400


def seek(report: Report, scale: float) -> None:
    """To moments anywhere in an archive, while the replay rests: until all charts in sight have painted them."""
    times = max(LEAST_SEEKS, round(SEEKS * scale))
    chance = random.Random(1)
    with archived(scale) as on, chromium() as browser:
        for stream, filling in data.STREAMS.items():
            oldest, newest = _ends(on, stream)
            shown = Shown(browser, SCREEN)
            _open(shown, on, stream, oldest, newest)
            took = [shown.told("seek(given)", chance.random()) for _ in range(times)]
            report.add(f"{stream}: ticks stored", filling.ticks * scale)
            report.add(f"{stream}: to any moment of them, median", median(took), "ms")
            report.add(f"{stream}: p99 of {times}", quantiles(took, n=100)[98], "ms", most=300)
            report.add(f"{stream}: errors in the console", len(shown.errors), most=0)
            shown.page.context.close()


def pace(report: Report, scale: float) -> None:
    """A day at a tick a second, at 60 times its pace."""
    with archived(scale) as on, chromium() as browser:
        _, newest = _ends(on, "host")
        shown = Shown(browser, SCREEN)
        _open(shown, on, "host", newest - DAY, newest)
        shown.page.keyboard.press("Space")
        shown.page.wait_for_timeout(WARM_UP_S * 1000)
        begun = _played(shown)
        shown.page.wait_for_timeout(max(LEAST_PLAYED_S, PLAYED_S * scale) * 1000)
        ended = _played(shown)
        kept = (ended["last"] - begun["last"]) / (ended["at"] - begun["at"])
        report.add("ticks a second", kept, "1/s")
        report.add(f"off {SPEED} times its pace", abs(kept / SPEED - 1) * 100, "%", most=2)
        report.add("ticks that were not played, or twice", ended["missing"], most=0)
        report.add("errors in the console", len(shown.errors), most=0)


def _ends(on: Live, stream: str) -> tuple[float, float]:
    epochs = Client(url_of(on, stream)).json("")["epochs"]
    return epochs[0]["oldest_ts"], epochs[-1]["newest_ts"]


def _open(shown: Shown, on: Live, stream: str, start: float, end: float) -> None:
    """A replay that rests at the beginning of a stretch, with a chart drawn."""
    at = start + min(600, (end - start) / 2)
    shown.open(f"{on.processes.url}/s/{stream}/?from={start}&to={end}&at={at}&speed={SPEED}")
    shown.page.wait_for_function("() => tickMonitor.replay() !== null")


def _played(shown: Shown) -> dict[str, Any]:
    told: dict[str, Any] = shown.told("played()")
    return {**told, "at": time.monotonic()}
