"""`manage.py prune`."""

from __future__ import annotations

import time
from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.archive.retaining import DAY, RetentionCase
from tests.support.cases import EPOCH
from ticks.archive.lock import ArchiverLock
from ticks.producer.lease import WriterLock


class PruneTest(RetentionCase):
    def setUp(self) -> None:
        super().setUp()
        settings = override_settings(TICKS_ARCHIVE=self.archive)
        settings.enable()
        self.addCleanup(settings.disable)
        for stream in ("main", "main@60", "other"):
            for t, days in ((1, 40), (2, 20), (3, 0)):
                path = self.keep(t, days=days, stream=stream)
        self.size = path.stat().st_size

    def run_it(self, *arguments: str) -> list[str]:
        out = StringIO()
        call_command("prune", *arguments, stdout=out)
        return out.getvalue().splitlines()

    def refused(self, *arguments: str) -> str:
        with self.assertRaises(CommandError) as caught:
            self.run_it(*arguments)
        if caught.exception.returncode != 2:  # what argparse refuses ends a process with 2 by itself
            self.assertIn("argument --", str(caught.exception))
        self.assertEqual(len(self.left()), 3)
        return str(caught.exception)

    def test_without_a_limit_it_says_how_to_name_one(self) -> None:
        (said,) = self.run_it()
        self.assertIn("Nothing is to be pruned", said)
        self.assertIn("--older-than", said)
        self.assertIn("TICKS_KEEP_DAYS", said)
        self.assertEqual(len(self.left()), 3)

    def test_it_tells_what_goes_of_each_stream(self) -> None:
        day = time.strftime("%Y-%m-%d", time.gmtime(self.now - 20 * DAY + 2))
        main, other = self.run_it("--older-than", "10")
        self.assertRegex(main, rf"^main: removed: 2 files, 2 ticks, \d+ bytes, through {day} \d\d:\d\d:\d\d UTC$")
        self.assertTrue(other.startswith("other: removed: 2 files"))
        self.assertEqual(self.left(), [f"{EPOCH}/3"])
        self.assertEqual(self.run_it("--older-than", "10"), ["main: nothing to remove", "other: nothing to remove"])

    def test_a_dry_run_only_says_it(self) -> None:
        said = self.run_it("main", "--older-than", "10", "--rollups-older-than", "30", "--dry-run")
        self.assertEqual([line.split(" ticks")[0] for line in said], [
            "main: would go: 2 files, 2",
            "main@60: would go: 1 files, 1",
        ])  # fmt: skip
        self.assertEqual(self.run_it("main", "--older-than", "99", "--dry-run"), ["main: nothing would go"])
        self.assertEqual(len(self.left()), 3)

    def test_the_settings_are_its_defaults_and_options_win(self) -> None:
        with override_settings(TICKS_KEEP_DAYS=30.0):
            (said,) = self.run_it("main")
            self.assertIn("1 files", said)
            self.run_it("other", "--older-than", "0", "--max-bytes", "2K")
        self.assertEqual(self.left(), [f"{EPOCH}/2", f"{EPOCH}/3"])
        self.assertEqual(self.row(self.archive / "other" / EPOCH / f"{1:020d}.jsonl").n, 1)

    def test_bytes_have_binary_units(self) -> None:
        self.run_it("main", "--max-bytes", str(2 * self.size))
        self.assertEqual(self.left(), [f"{EPOCH}/2", f"{EPOCH}/3"])
        self.assertEqual(self.run_it("main", "--max-bytes", "0.5G"), ["main: nothing to remove"])

    def test_wrong_values_and_unknown_streams_are_refused(self) -> None:
        for arguments, words in (
            (("main", "nobody"), "has no stream nobody"),
            (("main@60",), "has no stream main@60"),
            (("--older-than", "-1"), "'-1' is no number of days"),
            (("--older-than", "nan"), "'nan' is no number of days"),
            (("--older-than", "soon"), "'soon' is no number of days"),
            (("--max-bytes", "10X"), "'10X' is no number of bytes, such as 500M or 10G"),
            (("--max-bytes", "-5"), "'-5' is no number of bytes"),
            (("--rollups-older-than", "5"), "of these they are kept for ever"),
            (("--older-than", "9", "--rollups-older-than", "5"), "of these those older than 9 days go"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn(words, self.refused(*arguments))

    def test_it_works_beside_an_archiver_and_a_producer(self) -> None:
        writer = WriterLock(self.archive / "main")
        self.addCleanup(writer.release)
        with ArchiverLock(self.archive) as held:
            self.assertTrue(held.take())
            self.run_it("main", "--older-than", "10")
        self.assertEqual(self.left(), [f"{EPOCH}/3"])
