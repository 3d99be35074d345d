"""The sign-in page's programs, taken from the real page of a real server, and run."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from tests.integration.cases import HomeCase
from tests.support.browser import Watched, light_chromium

TICKS = 3


@pytest.mark.integration
@pytest.mark.browser
class SignInPageTest(HomeCase):
    streams = ("main", "rig")
    browser: ClassVar[Browser]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.processes.web()
        for stream, agents in (("main", "2"), ("rig", "3")):
            cls.processes.producer("simulation", "--rate", "20", "--agents", agents, "--stream", stream)
        cls.browser = cls.enterClassContext(light_chromium())

    def setUp(self) -> None:
        self.watched = Watched(self.browser)
        self.page = self.watched.page
        self.addCleanup(self.page.close)
        self.page.goto(f"{self.processes.url}/login/")
        self.page.locator("[data-name='rig'] .word", has_text="live").wait_for()

    def program(self, name: str) -> str:
        return (
            self.page.locator(".snippet", has=self.page.get_by_role("heading", name=name)).locator("pre").inner_text()
        )

    def printed(self, read: Callable[[str], Any], *command: str) -> list[dict[str, Any]]:
        """The first ticks that a program prints, run where there is nothing of this project."""
        with (
            tempfile.TemporaryDirectory() as folder,
            subprocess.Popen(
                command, cwd=folder, stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin"}
            ) as run,
        ):
            assert run.stdout
            lines = [run.stdout.readline() for _ in range(TICKS)]
            run.kill()
        return [read(line) for line in lines]

    def check(self, ticks: Sequence[dict[str, Any]], agents: int) -> None:
        self.assertEqual([tick["t"] - ticks[0]["t"] for tick in ticks], list(range(TICKS)))
        self.assertEqual([len(tick["agents"]) for tick in ticks], [agents] * TICKS)

    def logged(self, url: str, program: str) -> list[dict[str, Any]]:
        """What a browser's console has of a program that is run on a page."""
        page = self.browser.new_page()
        self.addCleanup(page.close)
        page.goto(url)
        said: list[ConsoleMessage] = []
        page.on("console", lambda message: said.append(message))
        page.evaluate(f"() => {{ {program} }}")
        while len(said) < TICKS:
            page.wait_for_event("console")
        return [message.args[0].json_value() for message in said[:TICKS]]

    def test_the_browsers_program_shows_ticks_on_this_page_and_on_one_from_a_disk(self) -> None:
        elsewhere = self.home / "page.html"
        elsewhere.write_text("<!doctype html><title>a page on disk</title>")
        program = self.program("Browser")
        for url in (self.page.url, elsewhere.as_uri()):
            self.check(self.logged(url, program), 2)

    def test_the_python_program_prints_ticks(self) -> None:
        self.page.get_by_role("combobox", name="Stream").select_option("rig")
        self.check(self.printed(ast.literal_eval, sys.executable, "-I", "-c", self.program("Python")), 3)

    @pytest.mark.curl
    def test_the_command_prints_ticks(self) -> None:
        self.check(self.printed(json.loads, "sh", "-c", self.program("curl")), 2)
        self.assertEqual(self.watched.errors, [])
