"""The programs of docs/client.md, as they stand there but for the port, and what it says of the arguments."""

from __future__ import annotations

import inspect
import re
from functools import partial

from tests.integration.cases import ProcessCase
from tests.support.processes import ROOT, Running
from tests.support.waiting import until
from ticks.client import follow

DOCUMENT = (ROOT / "docs/client.md").read_text()
FOLLOWING, RESUMING, LOOPING = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
TICKS = 20


class ClientDocumentTest(ProcessCase):
    def setUp(self) -> None:
        super().setUp()
        self.processes.web()
        producer = self.processes.producer("simulation", "--rate", "200", "--ticks", str(TICKS))
        self.assertEqual(producer.process.wait(60), 0, producer.said)

    def start(self, program: str) -> Running:
        self.assertIn("http://127.0.0.1:8000", program)
        at_home = program.replace("place.json", str(self.home / "place.json"))
        return self.processes.program(at_home.replace("http://127.0.0.1:8000", self.processes.url))

    def printed(self, running: Running) -> list[int]:
        """The `t` of each line."""
        lines = running.said.splitlines(keepends=True)
        return [int(found[1]) for line in lines if (found := re.match(r"(?:\{'t': )?(\d+)\b.*\n", line))]

    def test_its_programs_print_every_tick(self) -> None:
        for program in (FOLLOWING, LOOPING):
            running = self.start(program)
            until(partial(self.has_printed, running, TICKS), "it prints all")
            self.assertEqual(self.printed(running), list(range(1, TICKS + 1)), running.said)
            running.kill()

    def test_what_was_stored_is_where_the_next_run_goes_on(self) -> None:
        running = self.start(RESUMING)
        until(lambda: f'"from_t": {TICKS}}}' in self.stored(), "it has stored the last")
        running.kill()
        producer = self.processes.producer("simulation", "--rate", "200", "--ticks", str(TICKS))
        self.assertEqual(producer.process.wait(60), 0, producer.said)
        again = self.start(RESUMING)
        until(partial(self.has_printed, again, TICKS), "it prints what is new")
        self.assertEqual(self.printed(again), list(range(TICKS + 1, 2 * TICKS + 1)), again.said)

    def has_printed(self, running: Running, count: int) -> bool:
        self.assertIsNone(running.process.poll(), running.said)
        return len(self.printed(running)) >= count

    def stored(self) -> str:
        place = self.home / "place.json"
        return place.read_text() if place.exists() else ""

    def test_every_argument_is_documented_in_order(self) -> None:
        table = DOCUMENT.split("| argument | what it is |", 1)[1].split("\n\n", 1)[0]
        documented = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
        self.assertEqual(["url", *documented], list(inspect.signature(follow).parameters))
