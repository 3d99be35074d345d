"""How much of a stream is kept: as its row says, else the settings."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from tests.archive.retaining import RetentionCase
from tests.support.cases import EPOCH
from ticks.archive import retention
from ticks.archive.retention import Keep
from ticks.models import Stream


def of_main(**limits: float | None) -> None:
    Stream.objects.update_or_create(name="main", defaults=limits)


class KeptTest(RetentionCase):
    @override_settings(TICKS_KEEP_DAYS=3.0, TICKS_KEEP_BYTES=500, TICKS_KEEP_ROLLUPS_DAYS=30.0)
    def test_each_limit_is_the_streams_own_else_the_settings(self) -> None:
        for limits, keep in (
            ({}, Keep(3.0, 500, 30.0)),
            ({"keep_days": 9.0}, Keep(9.0, 500, 30.0)),
            ({"keep_bytes": 0, "keep_rollups_days": 0.0}, Keep(9.0, 0, 0.0)),
            ({"keep_days": None, "keep_bytes": None, "keep_rollups_days": None}, Keep(3.0, 500, 30.0)),
        ):
            of_main(**limits)
            self.assertEqual(retention.kept("main"), keep)
        of_main(keep_days=9.0)
        self.assertEqual(retention.kept("other"), Keep(3.0, 500, 30.0))

    def test_rollups_stay_as_long_as_ticks_where_row_and_settings_do_not_agree(self) -> None:
        with override_settings(TICKS_KEEP_DAYS=3.0, TICKS_KEEP_ROLLUPS_DAYS=5.0):
            for days, rollups in ((4.0, 5.0), (9.0, 9.0), (0.0, 0.0)):
                of_main(keep_days=days)
                self.assertEqual(retention.kept("main"), Keep(days, 0, rollups))

    def test_the_archiver_keeps_each_stream_for_its_own_time(self) -> None:
        for stream in ("main", "other"):
            for t, days in ((1, 9), (2, 4), (3, 0)):
                self.keep(t, days=days, stream=stream)
        of_main(keep_days=7.0)
        with override_settings(TICKS_KEEP_DAYS=3.0), self.assertLogs("ticks.archive.retention", "INFO") as logs:
            retention.retain(self.archive, "main")
            retention.retain(self.archive, "other")
        self.assertEqual(self.left(), [f"{EPOCH}/2", f"{EPOCH}/3"])
        self.assertRegex(logs.output[0], r"main: no longer kept, .*: 1 files, ")
        self.assertRegex(logs.output[1], r"other: no longer kept, .*: 2 files, ")


class PruneTest(RetentionCase):
    """The defaults of `manage.py prune`."""

    def setUp(self) -> None:
        super().setUp()
        settings = override_settings(TICKS_ARCHIVE=self.archive)
        settings.enable()
        self.addCleanup(settings.disable)
        for stream in ("main", "other"):
            for t, days in ((1, 40), (2, 20), (3, 0)):
                self.keep(t, days=days, stream=stream)

    def run_it(self, *arguments: str) -> list[str]:
        out = StringIO()
        call_command("prune", *arguments, "--dry-run", stdout=out)
        return [line.split(" ticks")[0] for line in out.getvalue().splitlines()]

    def test_they_are_each_streams_own(self) -> None:
        of_main(keep_days=10.0)
        self.assertEqual(self.run_it(), ["main: would go: 2 files, 2", "other: nothing would go"])
        (said,) = self.run_it("other")
        self.assertIn("Nothing is to be pruned", said)
        with override_settings(TICKS_KEEP_DAYS=30.0):
            self.assertEqual(self.run_it(), ["main: would go: 2 files, 2", "other: would go: 1 files, 1"])

    def test_options_win_and_are_held_against_each_streams_own(self) -> None:
        of_main(keep_days=10.0, keep_rollups_days=15.0)
        (said,) = self.run_it("main", "--older-than", "0", "--rollups-older-than", "0")
        self.assertIn("Nothing is to be pruned", said)
        with self.assertRaisesRegex(CommandError, r"^main: Rollups older than 15 days .* those older than 30 days go"):
            self.run_it("--older-than", "30")
        with self.assertRaisesRegex(CommandError, r"^other: Rollups older than 15 days .* they are kept for ever"):
            self.run_it("--rollups-older-than", "15")
