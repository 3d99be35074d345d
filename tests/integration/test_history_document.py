"""The answers and the recipes in docs/history.md, asked of a real server and run as they stand there."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.integration.cases import HomeCase
from tests.integration.test_http_document import pattern
from tests.integration.test_protocol_document import hear
from tests.integration.test_returning_clients import SITE, at
from tests.support.archived import files_of
from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.support.lines import encode
from tests.support.processes import ROOT, Running, manage
from tests.support.waiting import until
from ticks.archive.gaps import Hole, note
from ticks.producer.sources.simulation import Simulation

DOCUMENT = (ROOT / "docs/history.md").read_text()
ANSWERS = re.findall(r"^```answer\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
HOUR_S, DAY_S = 3600.0, 86400.0
OLDER, NEWER = range(1, 151), range(161, 311)
"""The `t` of `main` before its producer goes on, on both sides of a hole."""
LEAST, LARGEST = {"t": 21, "energy": -1000.0}, {"t": 211, "energy": 9000.0}
PREPARE = """
from threading import Event
from django.conf import settings
from django.contrib.auth.models import User
from ticks.access import tokens
from ticks.archive.archiver import Archiver
Archiver(settings.TICKS_ARCHIVE, Event()).turn()
print(tokens.make(User.objects.create_user("staff", is_staff=True), "script"))
"""


class PastCase(HomeCase):
    """For the whole class: a web worker `worker` with two public streams that have a past, and `token`, of staff.

    `tank` is that of the document's answers. `main` has ticks of two days ago in an epoch of its own, of this day, a
    hole, ticks of the last hour, and a producer.
    """

    streams = ("main", "tank")
    worker: Running
    token: str
    now: float

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.now = time.time()
        cls.fill()
        cls.token = manage(cls.home, cls.valkey.url, "shell", "-v", "0", "-c", PREPARE).split()[-1]
        cls.worker = cls.processes.web()
        cls.processes.producer("simulation", "--rate", "50", "--agents", "2")

    @classmethod
    def fill(cls) -> None:
        for ts in (range(1, 13), range(15, 21)):
            cls.keep("tank", EPOCH, ts, 1760000000.0, [{"level": t / 10} for t in ts])
        note(cls.home / "archive" / "tank" / EPOCH, Hole(12, 14, 2))
        simulation = Simulation(agents=2)
        records = [simulation.sample() for _ in range(400)]
        records[120]["energy"], records[300]["energy"] = LEAST["energy"], LARGEST["energy"]
        cls.keep("main", EPOCH, range(1, 101), cls.now - 2 * DAY_S, records[:100])
        cls.keep("main", NEXT_EPOCH, OLDER, cls.now - 20 * HOUR_S, records[100:250])
        cls.keep("main", NEXT_EPOCH, NEWER, cls.now - HOUR_S / 2, records[250:])
        note(cls.home / "archive" / "main" / NEXT_EPOCH, Hole(150, 160, 10))

    @classmethod
    def keep(cls, stream: str, epoch: str, ts: range, start: float, records: list[dict[str, Any]]) -> None:
        """As a closed file, from long ago."""
        path = cls.home / "archive" / stream / epoch / f"{ts[0]:020d}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [encode(record, t, start + t) for t, record in zip(ts, records, strict=True)]
        path.write_bytes(b"".join(b"%b\n" % line for line in lines))
        os.utime(path, (cls.now - 2 * HOUR_S,) * 2)


def test_the_document_has_answers_and_recipes() -> None:
    assert len(ANSWERS) > 3
    assert len(re.findall(r"^### ", DOCUMENT, re.MULTILINE)) > 7


@pytest.mark.curl
@pytest.mark.programs
class HistoryDocumentTest(PastCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tickmon-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_the_answers_of_the_document_are_those_of_a_server(self) -> None:
        for answer in ANSWERS:
            request, head, body = answer.split("\n\n", 2)
            with self.subTest(request):
                self.ask(request, head.split("\n"), body)

    def ask(self, request: str, head: list[str], body: str) -> None:
        """JSON stands in the document on several lines, and comes on one."""
        (code, kind), named = head[0].split(" ", 1), head[1:]
        answer = httpx.get(f"{self.processes.url}{request.removeprefix('GET ')}", headers={"Host": SITE}, timeout=60)
        expected = re.sub(r"\n *", "", body) if "json" in kind else body
        self.assertRegex(answer.text, f"^{pattern(expected).pattern}$")
        self.assertEqual((str(answer.status_code), answer.headers["Content-Type"]), (code, kind))
        for line in named:
            name, _, value = line.partition(": ")
            self.assertRegex(answer.headers[name], f"^{pattern(value).pattern}$")

    def recipe(self, title: str, language: str = "sh") -> str:
        """The programs of one, in this language, one behind the other."""
        section = DOCUMENT.split(f"### {title}\n", 1)[1].split("\n### ")[0]
        programs = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
        self.assertTrue(programs)
        return at(self.processes, "\n".join(programs)) if SITE in "".join(programs) else "\n".join(programs)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "TICKS_TOKEN": self.token, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    def command(self, title: str, language: str) -> list[str]:
        shell = ["sh", "-c"] if language == "sh" else [sys.executable, "-c"]
        return [*shell, self.recipe(title, language)]

    def run_recipe(self, title: str, language: str = "sh") -> str:
        """What it printed."""
        ran = subprocess.run(
            self.command(title, language),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
        )
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        return ran.stdout

    def assert_goes_on(self, ts: list[int]) -> None:
        """Each tick behind the one before it, over the hole in `main`."""
        for t, following in pairwise(ts):
            self.assertEqual(following, NEWER[0] if t == OLDER[-1] else t + 1)

    def test_the_last_hour_is_a_table_of_all_its_ticks(self) -> None:
        self.run_recipe("The last hour as CSV")
        with (self.folder / "hour.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        ts = [int(row["t"]) for row in rows]
        self.assertEqual(ts[: len(NEWER)], list(NEWER))
        self.assert_goes_on(ts)
        self.assertEqual({row["other"] for row in rows[: len(NEWER)]}, {""})
        self.assertLessEqual({"energy", "agents.0.name", "agents.1.x"}, set(rows[0]))
        self.assertEqual([row["energy"] for row in rows if row["t"] == str(LARGEST["t"])], ["9000.0"])

    def test_pandas_has_all_ticks_of_a_day(self) -> None:
        by_hour, by_agent = self.run_recipe("A day in pandas", "python").split("count", 2)[1:]
        counts = re.findall(r"^\d{4}-\d\d-\d\d \S+ .* (\d+)$", by_hour, re.MULTILINE)
        self.assertGreaterEqual(sum(map(int, counts)), len(OLDER) + len(NEWER))
        self.assertIn("-1000.0", by_hour)
        counts = re.findall(r"^agent-\d\d .* (\d+)$", by_agent, re.MULTILINE)
        self.assertEqual(len(counts), 2)
        self.assertGreaterEqual(int(counts[0]), len(OLDER) + len(NEWER))

    def test_the_least_and_the_largest_value_lead_to_their_ticks(self) -> None:
        *buckets, least, largest = self.run_recipe("All extremes of a field", "python").splitlines()
        values = [list(map(float, line.split())) for line in buckets]
        self.assertEqual(min(row[1] for row in values), LEAST["energy"])
        self.assertEqual(max(row[2] for row in values), LARGEST["energy"])
        self.assertRegex(least, rf"^least {{'t': {LEAST['t']}, 'ts': [\d.]+, 'energy': {LEAST['energy']}}}$")
        self.assertRegex(largest, rf"^largest {{'t': {LARGEST['t']}, 'ts': [\d.]+, 'energy': {LARGEST['energy']}}}$")

    def test_the_past_goes_on_live_without_a_hole(self) -> None:
        command = self.command("All that is kept, then on, live", "python")
        running = Running("follow", self.folder / "follow.log", command, self.environment())
        self.addCleanup(running.end)
        until(lambda: "\n" in running.said or running.process.poll() is not None, "it prints")
        goal = httpx.get(f"{self.processes.url}/api/streams/main/", timeout=60).json()["newest_t"] + 40
        until(lambda: f"\n{goal}\n" in running.said or running.process.poll() is not None, "it follows")
        printed = running.said.rpartition("\n")[0].splitlines()
        missing = [line for line in printed if not line.isdigit()]
        self.assertEqual(missing, ["missing: 0 epoch", "missing: 10 unarchived"])
        ts = [int(line) for line in printed if line.isdigit()]
        self.assertEqual(ts[:101], [*range(1, 101), 1])
        self.assert_goes_on(ts[100:])
        self.assertGreaterEqual(ts[-1], goal)

    def test_a_page_in_the_shell_goes_on_live_without_a_hole(self) -> None:
        ts = [json.loads(line)["t"] for line in self.run_recipe("All that is kept, then on, live").splitlines()]
        self.assertEqual(len(ts), 30)
        self.assert_goes_on(ts)

    def test_a_copy_of_the_archive_goes_on_where_it_was_cut_off(self) -> None:
        sealed = [path for path in files_of(self.home / "archive" / "main") if path.suffix == ".zst"]
        kept = {f"main-{path.parent.name}-{int(path.name[:20])}.jsonl.zst": path.read_bytes() for path in sealed}
        self.assertEqual(len(kept), 3)
        cut, whole, _ = sorted(kept)
        had = {name: b"?" + kept[name][1:] for name in (cut, whole)}  # what no server sends
        (self.folder / cut).write_bytes(had[cut][:1000])
        (self.folder / whole).write_bytes(had[whole])
        self.run_recipe("A copy of the archive")
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.glob("*.zst")}, {**kept, **had})

    def test_duckdb_counts_all_ticks_of_a_day(self) -> None:
        self.run_recipe("SQL, by DuckDB")
        printed = self.run_recipe("SQL, by DuckDB", "python")
        counts = re.findall(r"^│ \d{4}-\d\d-\d\d \d\d:00:00 │ +(\d+) │", printed, re.MULTILINE)
        self.assertGreaterEqual(sum(map(int, counts)), len(OLDER) + len(NEWER), printed)

    def test_all_gaps_of_a_day_are_told(self) -> None:
        self.assertEqual(self.run_recipe("All gaps of a day"), "10\n")
        gaps = [json.loads(line) for line in (self.folder / "gaps.jsonl").read_text().splitlines()]
        self.assertEqual(gaps, [{"after_t": 150, "next_t": 161, "count": 10, "reason": "unarchived"}])

    def test_how_it_stands_is_known_of_producer_server_and_archive(self) -> None:
        url, staff = f"{self.processes.url}/api/streams/main/health/", {"Authorization": f"Token {self.token}"}

        def found() -> Any:
            return httpx.get(url, headers=staff, timeout=60).raise_for_status().json()

        with connect(self.processes.socket_url, subprotocols=[Subprotocol("ticks.v1")], compression=None) as socket:
            live = hear(socket)
            while "received_ts" not in live:
                live = hear(socket)
        self.assertTrue(live["ticks"][-1]["ts"] - 0.001 <= live["received_ts"] <= time.time() + 0.001, live)
        until(lambda: found()["server"]["raw_bytes"], "live ticks are counted")
        until(lambda: found()["producer"]["late_ms"], "planned ticks are told of")
        health = found()
        producer, server, archive = (health[part] for part in ("producer", "server", "archive"))
        self.assertEqual((producer["source"], producer["interval_s"]), ("simulation", 0.02))
        self.assertTrue(producer["pid"] and producer["ticks"] > 0 and producer["rate"] > 0, producer)
        self.assertEqual((server["workers"], server["repaired"]), (1, 0))
        self.assertTrue(server["sent_bytes"] > 0 and server["unpacked_bytes"] > 0, server)
        self.assertGreaterEqual(archive["ticks"], 400)

    def test_pages_go_back_in_time(self) -> None:
        rows = [json.loads(line) for line in self.run_recipe("A page back in time").splitlines()]
        self.assertEqual(len(rows), 300)
        self.assert_goes_on([t for t, _, _ in reversed(rows)])
