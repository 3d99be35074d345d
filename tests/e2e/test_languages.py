"""The pages in Simplified Chinese: chosen or by the browser, and nothing of them is left in English."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.dashboard.cases import DashboardCase, wait, wait_for_charts

SAID = (Path(__file__).parent / "untranslated.js").read_text()
CHINESE: dict[str, Any] = {"locale": "zh-CN"}
PAST_S = 600
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile("Tick|Monitor|tick|API|CSV|JSON|PNG|UTC|CPU|UNIX|Redis|Esc|Ctrl|Shift|Python|curl|English|Web")
DATA = re.compile("rig|main|new|ada|[Qq]q|[Zz][zxy]|abc?|length|true|false|ms|pt|p50|p99")
"""What the stream says, and its units."""


def spoken(texts: list[str]) -> list[str]:
    """Those in which a word is neither a name nor data."""
    return sorted(text for text in texts if not all(is_known(word) for word in WORD.findall(text)))


def is_known(word: str) -> bool:
    return bool(NAMES.fullmatch(word) or DATA.fullmatch(word))


class LanguagesTest(DashboardCase):
    streams = ("rig", "new")

    @classmethod
    def fill(cls) -> None:
        made = [
            {
                "qq": math.sin(t / 9),
                "zz": {"zx": t % 2 == 0, "zy": "ab" if t % 9 else "abc"},
                "Qq": [{"zx": t, "zy": 1}],
            }
            for t in range(PAST_S)
        ]
        cls.keep("rig", [(cls.now - PAST_S + t, record) for t, record in enumerate(made)])

    def said(self, page: Page) -> list[str]:
        return spoken(page.evaluate(SAID))

    def test_a_button_on_each_page_changes_the_language_and_keeps_what_is_shown(self) -> None:
        page = self.open("/s/rig/?last=900", "ada")
        wait_for_charts(page)
        self.assertEqual(page.evaluate("document.documentElement.lang"), "en")
        page.click("button[name=language]")
        page.locator("html[lang=zh-hans] #time-word", has_text="最近 15 分钟").wait_for()
        page.goto(f"{self.processes.url}/streams/")
        page.locator("h1", has_text="流").wait_for()
        page.click("button[name=language]")
        page.locator("html[lang=en] h1", has_text="Streams").wait_for()

    def test_the_browsers_language_is_taken_where_none_was_chosen_and_the_api_stays_english(self) -> None:
        page = self.open("/login/", None, **CHINESE)
        page.locator("html[lang=zh-hans] h1", has_text="登录").wait_for()
        answer = page.request.get(f"{self.processes.url}/api/streams/nosuch/")
        self.assertEqual((answer.status, answer.headers.get("content-language")), (401, None))
        self.assertIn("sign in", answer.json()["detail"])

    def test_nothing_on_the_dashboard_is_left_in_english(self) -> None:
        page = self.open("/s/rig/", "ada", **CHINESE)
        wait_for_charts(page)
        for name, act in {
            "live": lambda: None,
            "fields": lambda: (page.click("#fields"), page.locator("#drawer").wait_for()),
            "no field": lambda: page.fill("#drawer-search", "qq qq"),
            "time": lambda: (page.click("#drawer-close"), page.click("#time")),
            "share": lambda: (page.keyboard.press("Escape"), page.click("#share-turn")),
            "connection": lambda: (page.keyboard.press("Escape"), page.click("#state")),
            "card": lambda: (page.keyboard.press("Escape"), page.locator(".card-tools").first.click()),
            "table": lambda: page.click("#card-table"),
            "paused": lambda: (page.click("#table-close"), page.click("#pause")),
            "replay": lambda: page.click("#replay-turn"),
            "nothing": lambda: (page.click("#replay-leave"), page.evaluate("tickMonitor.timeline.show(1e9, 1e9 + 60)")),
        }.items():
            act()
            wait(page, "!document.querySelector('[aria-busy=true]')")
            with self.subTest(name):
                self.assertEqual(self.said(page), [])

    def test_nothing_on_the_other_pages_is_left_in_english(self) -> None:
        for path, user, sign in (
            ("/s/new/", "ada", "#empty:not([hidden])"),
            ("/nosuch/", "ada", "main h1"),
            ("/streams/", "ada", ".stream-card .word"),
            ("/login/", None, "h1"),
            ("/link/nosuch/", None, "h1"),
        ):
            page = self.open(path, user, **CHINESE)  # type: ignore[arg-type]
            page.locator(sign).first.wait_for()
            with self.subTest(path):
                self.assertEqual(self.said(page), [])

    def forgiven(self, errors: list[str]) -> list[str]:
        return [error for error in errors if "404" not in error and "410" not in error]
