"""The programs of docs/writer.md, as they stand there."""

from __future__ import annotations

import re

from tests.integration.cases import ProcessCase
from tests.support.processes import ROOT


class WriterDocumentTest(ProcessCase):
    def test_its_programs_do_what_it_says(self) -> None:
        programs = re.findall(r"```python\n(.*?)```", (ROOT / "docs/writer.md").read_text(), re.DOTALL)
        self.assertEqual(len(programs), 2)
        for program, printed, stream in zip(programs, ("1\n", "100\n"), ("rig-2", "rig-3"), strict=True):
            ran = self.processes.program(program)
            self.assertEqual(ran.process.wait(60), 0, ran.said)
            self.assertEqual(ran.said, printed)
            (file,) = (self.home / "archive" / stream).glob("*/0*.jsonl")
            self.assertEqual(len(file.read_bytes().splitlines()), int(printed))
