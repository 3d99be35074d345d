"""`manage.py verify`: what it says, and how it ends."""

from __future__ import annotations

import io
import json
import os
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import override_settings

from tests.archive.verifying import VerifyCase
from tests.support.cases import EPOCH
from ticks.archive import index
from ticks.archive.layout import closed_name
from ticks.archive.verify.bar import ERASE, Bar
from ticks.models import Segment


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class VerifyCommandTest(VerifyCase):
    def setUp(self) -> None:
        super().setUp()
        settings = override_settings(TICKS_ARCHIVE=self.archive)
        settings.enable()
        self.addCleanup(settings.disable)
        self.closed_rows((1, 2), (3, 4))
        self.close(1, 2, stream="main@60")
        self.close(1, stream="other")
        for stream in ("main@60", "other"):
            index.index_closed(self.archive, stream)

    def verify(self, *arguments: str) -> tuple[list[str], int, str]:
        """What it prints, its exit code, and what it says of that."""
        out = io.StringIO()
        try:
            call_command("verify", *arguments, stdout=out)
        except CommandError as error:
            return out.getvalue().splitlines(), error.returncode, str(error)
        return out.getvalue().splitlines(), 0, ""

    def damage(self) -> str:
        (self.folder / closed_name(3)).write_bytes(b"{}\n")
        return f"main/{EPOCH}/{closed_name(3)}"

    def test_a_healthy_archive_has_a_line_a_stream(self) -> None:
        lines, code, said = self.verify()
        self.assertEqual((code, said), (0, ""))
        self.assertEqual(
            [line.split(",")[0] for line in lines],
            [
                "main: 4 ticks in 2 files",
                "main@60: 2 rows in 1 files",
                "other: 1 ticks in 1 files",
            ],
        )
        self.assertTrue(all(line.endswith("s/s): no findings") for line in lines), lines)

    def test_named_streams_are_verified_with_their_rollups_and_no_other(self) -> None:
        self.damage()
        self.assertEqual(len(self.verify("other")[0]), 1)
        lines, code, said = self.verify("main")
        self.assertEqual((code, said), (1, "1 finding"))
        self.assertEqual([line.split(":")[0].split()[0] for line in lines[1:]], ["main", "main@60"])

    def test_a_finding_is_a_line_and_the_exit_code_is_1(self) -> None:
        path = self.damage()
        lines, code, said = self.verify()
        self.assertEqual(lines[0], f"{path} (bytes 0 to 3, t=0…): a line behind t=-1 is no tick")
        self.assertEqual((len(lines), code, said), (4, 1, "1 finding"))

    def test_an_unknown_stream_is_named_with_exit_code_2(self) -> None:
        lines, code, said = self.verify("main", "nobody")
        self.assertEqual((lines, code), ([], 2))
        self.assertIn("has no stream nobody", said)

    def test_what_can_t_be_used_is_said_with_exit_code_2(self) -> None:
        for error in (OperationalError("no such table"), PermissionError(13, "Permission denied")):
            with patch("ticks.archive.verify.stream.layout.epochs", side_effect=error):
                self.assertEqual(self.verify()[1], 2)

    def test_json_has_an_object_a_finding_and_a_last_one(self) -> None:
        path = self.damage()
        lines, code, _ = self.verify("--json")
        finding, end = map(json.loads, lines)
        self.assertEqual(code, 1)
        self.assertEqual((finding["stream"], finding["epoch"], finding["path"]), ("main", EPOCH, path))
        self.assertEqual((finding["frame"], finding["offset"], finding["end"]), (None, 0, 3))
        self.assertEqual((finding["first_t"], finding["last_t"]), (0, None))
        self.assertIn("no tick", finding["problem"])
        self.assertEqual((end["end"], end["findings"], list(end["streams"])), (True, 1, ["main", "main@60", "other"]))
        self.assertEqual(set(end["streams"]["main"]), {"ticks", "files", "bytes", "seconds", "findings"})

    def test_deep_compares_rollups_and_says_how_many_rows(self) -> None:
        self.assertEqual(self.verify("main")[1], 0)  # the ticks of main@60 are no rows
        lines, code, said = self.verify("main", "--deep")
        self.assertEqual((code, said), (1, "2 findings"))
        self.assertIn(f"main@60/{EPOCH}/{closed_name(1)} (t=0…1): the row of t=1 can't be read", lines[1])
        self.assertTrue(lines[-1].endswith(" rows/s), 0 rows compared: 2 findings"), lines[-1])
        lines, _, _ = self.verify("main", "--deep", "--json")
        self.assertEqual(json.loads(lines[-1])["streams"]["main@60"]["compared"], 0)

    def test_an_empty_archive_says_nothing(self) -> None:
        with override_settings(TICKS_ARCHIVE=self.archive / "nowhere"):
            Segment.objects.all().delete()
            self.assertEqual(self.verify(), ([], 0, ""))

    def test_on_a_terminal_a_bar_is_drawn_and_erased(self) -> None:
        terminal = Terminal()
        with patch("sys.stderr", terminal), patch.dict(os.environ, TERM="xterm"):
            self.verify()
        drawn = terminal.getvalue().split(ERASE)
        self.assertTrue(any("█" in text and "%" in text for text in drawn), drawn)
        self.assertEqual(drawn[-1], "")

    def test_elsewhere_none_is(self) -> None:
        errors = io.StringIO()
        with patch("sys.stderr", errors):
            self.verify()
        self.assertEqual(errors.getvalue(), "")


class BarTest(VerifyCase):
    def test_it_says_how_much_of_all_was_read(self) -> None:
        self.set("bar.EVERY_S", 0)
        terminal = Terminal()
        bar = Bar(terminal, 4_000_000)
        for _ in range(5):  # files may have come meanwhile
            bar.step(1_000_000)
        drawn = terminal.getvalue().split(ERASE)[1:]
        self.assertEqual([text.split()[1] for text in drawn], ["25%", "50%", "75%", "100%", "100%"])
        self.assertEqual(drawn[1], "█" * 15 + "░" * 15 + "  50% of 4.0 MB")
