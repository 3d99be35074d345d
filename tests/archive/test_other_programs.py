"""Other programs read sealed files: the examples of docs/archive.md as they stand there, and zstd."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.test import TestCase

from tests.archive.making import joined
from tests.archive.test_archive_document import DOCUMENT
from tests.support.archived import Truth
from tests.support.lines import encode
from ticks.archive import index, sealing
from ticks.archive.layout import closed_name
from ticks.archive.sealer import FAST_LEVEL
from ticks.archive.walk import MAGIC

SECTION = DOCUMENT.split("## Reading it with other programs", 1)[1].split("\n## ")[0]
EPOCHS = ("0mi8x7k2a0000", "0mi8x7k2b0000")
NO_NETWORK = """
import duckdb
json = duckdb.sql("SELECT installed, install_mode FROM duckdb_extensions() WHERE extension_name = 'json'").fetchall()
assert json == [(True, "STATICALLY_LINKED")], json
"""


def lines_of(first_t: int, count: int) -> list[bytes]:
    """Together some frames: every line has 4 KB."""
    return [
        encode({"cpu": {"percent": t * 7 % 101 + 0.3}, "text": "ü\t" * 1000, "list": [t]}, t, 1.7e9 + t * 0.001)
        for t in range(first_t, first_t + count)
    ]


class SealedCase(TestCase):
    """A home with a file sealed as always, one sealed fast, and one sealed fast and then anew."""

    def setUp(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
        self.addCleanup(shutil.rmtree, self.home)
        self.archive = self.home / "archive"
        self._close(EPOCHS[0], 1, 300)
        self._close(EPOCHS[1], 1, 100)
        self._close(EPOCHS[1], 101, 100)
        index.index_closed(self.archive, "main")
        whole, fast, again = index.segments("main")
        self.paths = [sealing.seal(self.archive, [whole]), sealing.seal(self.archive, [fast], level=FAST_LEVEL)]
        self.paths.append(sealing.seal(self.archive, [again], level=FAST_LEVEL))
        assert sealing.reseal(self.archive, self.paths[-1])

    def _close(self, epoch: str, first_t: int, count: int) -> None:
        folder = self.archive / "main" / epoch
        folder.mkdir(parents=True, exist_ok=True)
        (folder / closed_name(first_t)).write_bytes(joined(lines_of(first_t, count)))

    def run_in_home(self, *command: str) -> bytes:
        """Without a folder of the user's own, where a program might keep what it fetched."""
        ran = subprocess.run(
            command, cwd=self.home, env={**os.environ, "HOME": str(self.home)}, capture_output=True, timeout=120
        )
        assert ran.returncode == 0, ran.stderr.decode()
        assert ran.stderr == b""
        return ran.stdout

    def assert_prints_what_was_busy(self, *command: str) -> None:
        printed = self.run_in_home(*command).decode()
        rows = [tuple(map(float, line.split(","))) for line in printed.splitlines()]
        ticks = [json.loads(tick.line) for tick in Truth(self.archive / "main").ticks]
        busy = [(tick["t"], tick["ts"], tick["cpu"]["percent"]) for tick in ticks if tick["cpu"]["percent"] > 90]
        assert len(busy) > 30
        assert rows == busy


class ExamplesTest(SealedCase):
    def test_every_python_example_prints_it(self) -> None:
        programs = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
        assert [re.findall(r"^import (?!pathlib)(\w+)", program, re.MULTILINE) for program in programs] == [
            ["pandas"],
            ["duckdb"],
            ["polars"],
        ]
        for program in programs:
            with self.subTest(program=program):
                self.assert_prints_what_was_busy(sys.executable, "-W", "error", "-c", program)

    def test_duckdb_has_what_reads_json_in_itself(self) -> None:
        assert self.run_in_home(sys.executable, "-c", NO_NETWORK) == b""

    @pytest.mark.programs
    def test_the_shell_example_prints_it(self) -> None:
        (program,) = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
        self.assert_prints_what_was_busy("sh", "-c", program)


@pytest.mark.programs
class ZstdTest(SealedCase):
    def test_zstdcat_gives_exactly_the_lines_of_every_sealed_file(self) -> None:
        expected = [lines_of(1, 300), lines_of(1, 100), lines_of(101, 100)]
        for path, lines in zip(self.paths, expected, strict=True):
            assert path.read_bytes().count(MAGIC) > 1
            assert self.run_in_home("zstdcat", str(path)) == joined(lines)
            self.run_in_home("zstd", "-t", "--quiet", str(path))
        assert self.run_in_home("zstdcat", *map(str, self.paths)) == b"".join(map(joined, expected))
