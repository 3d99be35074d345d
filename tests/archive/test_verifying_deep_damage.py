"""Verifying rollups against ticks: what can't be read, and how much is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

from tests.archive.making import flipped
from tests.archive.rollups.cases import START
from tests.archive.test_verifying_deep import DeepCase
from tests.support.cases import EPOCH
from tests.support.lines import encode
from ticks.archive import index, sealed
from ticks.archive.archiver import Archiver
from ticks.archive.layout import ACTIVE, closed_name
from ticks.archive.opened import opened
from ticks.archive.rollups import kept
from ticks.archive.rollups.levels import names
from ticks.archive.verify import stream
from ticks.archive.verify.finding import Tally
from ticks.archive.verify.sizes import compared_bytes
from ticks.models import Segment


class ReadTest(DeepCase):
    def test_the_bar_is_told_of_what_is_read_as_much_as_it_expects(self) -> None:
        self.rolled()
        steps: list[int] = []
        for each in names("main"):
            self.assertEqual(list(stream.rows_and_ticks(self.archive, each, Tally(steps.append))), [])
        expected = sum(compared_bytes(each) for each in ["main", *names("main")])
        self.assertAlmostEqual(sum(steps) / expected, 1.0, delta=0.1)

    def test_each_tick_is_parsed_once(self) -> None:
        self.rolled()
        with patch("ticks.archive.verify.remade.orjson.loads", side_effect=orjson.loads) as loads:
            self.assertEqual(self.found(), [])
        parsed = sum(b'"fields":' not in call.args[0] for call in loads.call_args_list)
        self.assertEqual(parsed, sum(tick.epoch == EPOCH for tick in self.ticks))


class ActiveTest(DeepCase):
    def test_rows_that_are_not_closed_yet_are_compared_too(self) -> None:
        with patch.object(kept, "FRAME_BYTES", 1 << 20):
            self.roll(seconds=200.0, ended=False)
        self.assertEqual((self.found(), self.tally.compared > 0), ([], True))
        path = self.archive / "main@1" / EPOCH / ACTIVE
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b'"ticks":5', b'"ticks":7', 1))
        here, coarser = self.found()
        self.assertEqual(here.problem, "the row of t=5 has 7 ticks, where there are 5")
        self.assertEqual((here.path, coarser.path), (f"main@1/{EPOCH}/{ACTIVE}", f"main@10/{EPOCH}/{ACTIVE}"))
        path.write_bytes(whole + whole[:1000])
        self.assertIn("the rows of active.jsonl can't be read: ", self.one().problem)
        path.write_bytes(whole + b'{"t":9999,"t')
        self.assertEqual(self.found(), [])


class DamageTest(DeepCase):
    def setUp(self) -> None:
        super().setUp()
        self.rolled()
        self.sealed = [row for row in index.segments("main@10", EPOCH) if row.path.endswith(".zst")]
        self.assertTrue(self.sealed)

    def damage(self, row: Segment, number: int) -> None:
        path = self.archive / row.path
        with opened(path) as file:
            frame = sealed.facts(file).frames[number]
        path.write_bytes(flipped(path.read_bytes(), 8 * (frame.offset + frame.size // 2)))

    def test_a_damaged_frame_of_a_rollup_is_found_once_and_what_is_around_it_compared(self) -> None:
        self.assertEqual(self.found(), [])
        before = self.tally.compared
        self.damage(self.sealed[0], 2)
        self.assertEqual([(finding.stream, finding.frame) for finding in self.found()], [("main@10", 2)])
        self.assertGreater(self.tally.compared, before - 30)
        self.assertLess(self.tally.compared, before)

    def test_so_is_a_file_that_is_missing(self) -> None:
        (self.archive / self.sealed[0].path).unlink()
        found = self.found()
        self.assertEqual({finding.stream for finding in found}, {"main@10"})
        self.assertIn("no such file", found[0].problem)

    def test_a_damaged_frame_of_ticks_is_told_with_the_rows_that_had_them(self) -> None:
        row = next(row for row in index.segments("main", EPOCH) if row.path.endswith(".zst"))
        self.damage(row, 5)
        plain, *others = self.found()
        self.assertEqual((plain.stream, plain.frame), ("main", 5))
        self.assertEqual({finding.stream for finding in others}, {"main@1"})
        self.assertLess(len(others), 10)
        for finding in others:
            self.assertLess(finding.first_t or 0, (plain.last_t or 0) + 5)
            self.assertGreater(finding.last_t or 0, (plain.first_t or 0) - 5)

    def test_what_can_t_be_opened_is_told_once_and_ends_the_comparison_of_its_step_alone(self) -> None:
        def refuse(*_: Any) -> None:
            raise PermissionError(13, "Permission denied")

        with patch("ticks.archive.turns.opened", refuse):
            found = self.found()
        problem = "not all of it was compared: Permission denied"
        self.assertEqual([(finding.path, finding.problem) for finding in found], [(f"main@1/{EPOCH}", problem)])


class ClosedTest(DeepCase):
    def test_a_damaged_line_is_found_and_those_around_it_compared(self) -> None:
        with patch("ticks.archive.archiver.ready", return_value=[]):
            self.roll(seconds=1200.0)
        self.assertEqual(self.found(), [])
        (row, *_) = index.segments("main@10", EPOCH)
        path = self.archive / row.path
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join([lines[0], b"x" + lines[1][1:], *lines[2:]]))
        self.assertEqual([finding.path for finding in self.found()], [row.path])
        self.alter_line(path, 4)
        self.assertIn("has 7 ticks, where there are 50", " ".join(finding.problem for finding in self.found()))

    def alter_line(self, path: Path, at: int) -> None:
        lines = path.read_bytes().splitlines(keepends=True)
        lines[at] = lines[at].replace(b'"ticks":50', b'"ticks": 7')
        path.write_bytes(b"".join(lines))


class FieldsTest(DeepCase):
    """Rollups have but so many fields; which of them depends on what was before."""

    def close_wide(self, first_t: int, records: list[dict[str, Any]]) -> None:
        folder = self.archive / "main" / EPOCH
        folder.mkdir(parents=True, exist_ok=True)
        data = b"".join(encode(record, t, START + t / 5) + b"\n" for t, record in enumerate(records, first_t))
        (folder / closed_name(first_t)).write_bytes(data)
        self.archiver.turn()

    def test_where_there_are_too_many_a_row_may_have_others(self) -> None:
        with patch("ticks.archive.rollups.values.MAX_FIELDS", 30), patch("ticks.archive.verify.made_of.MAX_FIELDS", 30):
            for start in range(1, 600, 100):
                self.close_wide(start, [{f"a{t // 7}.{i}": t for i in range(4)} for t in range(start, start + 100)])
                self.archiver = Archiver(self.archive, self.stop)  # another one knows no fields of before
            self.assertEqual(self.found(), [])
            self.assertGreater(self.tally.compared, 100)
            self.alter(1, lambda rows: rows[20].update(ticks=9))
            self.assertEqual([finding.stream for finding in self.found()], ["main@1", "main@10"])

    def test_ticks_without_any_value_have_rows_without_fields(self) -> None:
        self.close_wide(1, [{"text": "ab"}, {}, {"none": None}] * 50)
        self.assertEqual(self.found(), [])
        self.assertGreater(self.tally.compared, 0)
