"""A real, headless Chromium, by Playwright."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import CHROMIUM, HEADLESS
from tests.support.waiting import until

QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)


@contextmanager
def chromium(executable: str | None = None) -> Iterator[Browser]:
    """The system's own; as root it has to do without its sandbox."""
    assert executable or CHROMIUM, "there is no Chromium here: apt-get install chromium"
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable or CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def light_chromium() -> Iterator[Browser]:
    """For tests of many pages: the engine alone, where it is installed."""
    with chromium(HEADLESS) as browser:
        yield browser


@contextmanager
def tabs(playing: Browser) -> Iterator[BrowserContext]:
    """Of one window of a browser of its own: a tab behind another one is hidden, as a user's is. Those of `chromium`,
    which is `playing` besides, never are.
    """
    assert CHROMIUM, "there is no Chromium here: apt-get install chromium"
    with tempfile.TemporaryDirectory(prefix="tickmon-chromium-", ignore_cleanup_errors=True) as folder:
        arguments = [*QUIET, "--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        process = subprocess.Popen([CHROMIUM, *arguments, "about:blank"], stderr=subprocess.DEVNULL)
        try:
            told = Path(folder) / "DevToolsActivePort"
            port, *_ = until(lambda: told.exists() and told.read_text().split(), "Chromium says its port")
            other = playing.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}", no_defaults=True)
            yield other.contexts[0]
            other.close()
        finally:
            process.terminate()
            process.wait(30)


class Watched:
    """A page, and everything that went wrong in it."""

    def __init__(self, browser: Browser | BrowserContext, **context: object) -> None:
        self.page: Page = browser.new_page(**context)  # type: ignore[arg-type]
        self.page.set_default_timeout(WAIT_MS)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def seen(self) -> list[int]:
        """The `t` of every tick that the page received, in order."""
        ts: list[int] = self.page.evaluate("() => [...window.tickMonitor.seen()]")
        return ts

    def wait_for_ticks(self, count: int) -> None:
        self.page.wait_for_function(f"() => window.tickMonitor && window.tickMonitor.seen().length >= {count}")

    @property
    def last_shown(self) -> int:
        return int(self.page.evaluate("() => Number(document.documentElement.dataset.lastT)"))

    def wait_to_show_more_than(self, t: int) -> int:
        self.page.wait_for_function(f"() => Number(document.documentElement.dataset.lastT) > {t}")
        return self.last_shown
