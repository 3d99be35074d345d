"""What commands say where nothing is set up yet."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from tests.support.processes import ROOT, environment

ALL = """
import django; django.setup()
from django.core.management import CommandError, call_command
for words in ("token alice", "token --list", "prune", "verify", "reindex", "deletestream main --yes"):
    try:
        call_command(*words.split())
    except CommandError as error:
        print(error.returncode, error)
"""


class NothingSetUpTest(SimpleTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="tickmon-home-")
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        (self.home / "archive" / "main").mkdir(parents=True)

    def run_python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = environment(self.home, "", DJANGO_SETTINGS_MODULE="monitor.settings")
        return subprocess.run(
            [sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    def sentence(self, table: str) -> str:
        return (
            f"The database {self.home}/db.sqlite3 is not set up, or not for this version (no such table: {table}): run "
            "`python manage.py migrate`, or `python manage.py runmonitor`, which does it and makes the staff account."
        )

    def test_what_to_run_is_said_in_one_sentence_with_exit_code_2(self) -> None:
        done = self.run_python("manage.py", "loginlink")
        said = f"CommandError: {self.sentence('auth_user')}\n"
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", said))

    def test_so_it_is_by_each_command_that_needs_the_database(self) -> None:
        said = self.run_python("-c", ALL).stdout.splitlines()
        tables = ("auth_user", "ticks_token", "ticks_stream", "ticks_segment", "ticks_stream", "ticks_segment")
        self.assertEqual(said, [f"2 {self.sentence(table)}" for table in tables])
