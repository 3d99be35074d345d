"""Verifying rollups against the ticks they were made of: what is right, and every kind of wrong row."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson

from tests.archive.making import small_frames
from tests.archive.rollups.cases import START, RollupCase, Tick
from tests.support.archived import lines_of
from tests.support.cases import EPOCH
from ticks.archive import index, sealed
from ticks.archive.layout import closed_name, sealed_name
from ticks.archive.opened import opened
from ticks.archive.rollups import kept
from ticks.archive.rollups.levels import name, names
from ticks.archive.sealing import seal
from ticks.archive.verify import stream
from ticks.archive.verify.finding import Finding, Tally
from ticks.models import Segment

Row = dict[str, Any]
NEXT_EPOCH = "0mwpx6cq1aaaa"


class Rolled(NamedTuple):
    """What `rolled` made in an empty archive: files by their path, rows, ticks."""

    files: dict[Path, bytes]
    rows: list[Segment]
    ticks: list[Tick]


_rolled: dict[float, Rolled] = {}
"""By their seconds: to make one takes longer than most tests do with it."""


class DeepCase(RollupCase):
    """Small files and frames; no pause is made, and no file is too young for a row."""

    def setUp(self) -> None:
        super().setUp()
        stack = ExitStack()
        stack.enter_context(small_frames(2000))
        stack.enter_context(patch.object(kept, "FRAME_BYTES", 3000))
        stack.enter_context(patch("ticks.archive.plan.SEGMENT_BYTES", 20_000))
        stack.enter_context(patch("ticks.archive.verify.stream.PAUSE_S", 0))
        stack.enter_context(patch("ticks.archive.verify.rows.YOUNG_S", -1e9))
        self.addCleanup(stack.close)

    def found(self, *, deep: bool = True) -> list[Finding]:
        """What is wrong with the stream and its rollups."""
        self.tally = Tally()
        streams = stream.with_rollups(self.archive, "main")
        return [one for each in streams for one in stream.verify(self.archive, each, self.tally, deep=deep)]

    def compared(self) -> list[Finding]:
        """The rollups alone, without the plain checks."""
        self.tally = Tally()
        return [one for each in names("main") for one in stream.rows_and_ticks(self.archive, each, self.tally)]

    def one(self) -> Finding:
        (finding,) = self.found()
        return finding

    def roll(self, rate: float = 5.0, seconds: float = 3000.0, *, first_t: int = 1, ended: bool = True) -> None:
        """Ticks at this rate, closed after each 50 s; rolled up, in an epoch that has ended."""
        count, each = int(rate * seconds), int(rate * 50)
        for start in range(0, count, each):
            self.close_ticks(first_t + start, [START + (start + at) / rate for at in range(each)])
        if ended:
            self.close_ticks(1, [START + 1e6], NEXT_EPOCH)
        self.archiver.turn()

    def rolled(self, seconds: float = 3000.0) -> None:
        """The same in an empty archive, made once: for tests that let nothing be of another size than this class."""
        if seconds not in _rolled:
            self.roll(seconds=seconds)
            paths = [path for path in self.archive.rglob("*") if path.is_file()]
            files = {path.relative_to(self.archive): path.read_bytes() for path in paths}
            _rolled[seconds] = Rolled(files, list(Segment.objects.all()), list(self.ticks))
            return
        for path, data in _rolled[seconds].files.items():
            (self.archive / path).parent.mkdir(parents=True, exist_ok=True)
            (self.archive / path).write_bytes(data)
        Segment.objects.bulk_create(_rolled[seconds].rows)
        self.ticks += _rolled[seconds].ticks

    def alter(self, step: int, change: Callable[[list[Row]], object], *, is_sealed: bool = False) -> None:
        """Let the rows of a step be others, as if they had been written so."""
        of = name("main", step)
        folder = self.archive / of / EPOCH
        rows = [orjson.loads(line) for row in index.segments(of, EPOCH) for line in lines_of(self.archive / row.path)]
        change(rows)
        shutil.rmtree(folder)
        index.segments(of, EPOCH).delete()
        folder.mkdir()
        data = b"".join(orjson.dumps(row) + b"\n" for row in rows)
        (folder / closed_name(rows[0]["t"])).write_bytes(data)
        index.index_epoch(self.archive, of, EPOCH)
        if is_sealed:
            seal(self.archive, list(index.segments(of, EPOCH)))

    def copied(self, step: int) -> Callable[[], None]:
        """Gives what puts a step back as it is now."""
        folder, rows = self.archive / name("main", step), list(index.segments(name("main", step)))
        copy = shutil.copytree(folder, Path(tempfile.mkdtemp(dir=self.archive, prefix=".copy-")) / "copy")

        def restore() -> None:
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)
            index.segments(name("main", step)).delete()
            Segment.objects.bulk_create(rows)

        return restore


class HistoryTest(DeepCase):
    def test_at_every_stage_of_a_random_history_nothing_is_found(self) -> None:
        compared = 0
        for seed in range(4):
            with self.subTest(seed=seed):
                compared += self.run_history(Random(seed))
        self.assertGreater(compared, 500)

    def run_history(self, random: Random) -> int:
        """How many rows were compared."""
        compared = 0
        for _ in self.history(random):
            self.turn_and_kill(random)
            self.assertEqual(self.compared(), [])
            compared += self.tally.compared
        self.archiver.turn()
        self.assertEqual(self.found(), [])
        return compared


def changed(t: int, **parts: Any) -> Callable[[list[Row]], object]:
    """The row of this `t` has these parts."""
    return lambda rows: next(row for row in rows if row["t"] == t).update(parts)


def field(t: int, path: str, value: list[float] | None) -> Callable[[list[Row]], object]:
    """The row of this `t` has these values of a field, or none."""

    def change(rows: list[Row]) -> None:
        fields = next(row for row in rows if row["t"] == t)["fields"]
        fields.pop(path, None)
        if value is not None:
            fields[path] = value

    return change


class WrongTest(DeepCase):
    """5 ticks a second: row 1 of 1 s has t=1…5 in `value`; of 10 s, t=1…50."""

    def setUp(self) -> None:
        super().setUp()
        self.rolled(seconds=250.0)
        self.assertEqual(self.found(), [])

    def assert_found(self, step: int, change: Callable[[list[Row]], object], problem: str) -> None:
        """Here, and in none of the steps but the coarser one, which no longer is made of these."""
        before = self.copied(step)
        for is_sealed in (False, True):
            self.alter(step, change, is_sealed=is_sealed)
            self.assertEqual(self.found(deep=False), [])
            here = [finding for finding in self.found() if finding.stream == name("main", step)]
            self.assertEqual([finding.problem for finding in here], [problem])
            self.assertEqual(here[0].path, index.segments(name("main", step), EPOCH).get().path)
            self.assertEqual(here[0].frame is not None, is_sealed)
            before()

    def stat(self, step: int, t: int, path: str) -> list[float]:
        found: list[float] = []
        restore = self.copied(step)
        self.alter(step, lambda rows: found.extend(next(row for row in rows if row["t"] == t)["fields"][path]))
        restore()
        return found

    def test_every_kind_of_wrong_value_is_found_and_named(self) -> None:
        for step, t, whose in ((1, 505, "its ticks"), (10, 550, "the finer rows"), (60, 500, "the finer rows")):
            least, most, total, number = self.stat(step, t, "value")
            wrong = {
                f"min {least - 1}, {whose} {least}": [least - 1, most, total, number],
                f"max {most + 0.5}, {whose} {most}": [least, most + 0.5, total, number],
                f"sum {total + 1e-3}, {whose} {total}": [least, most, total + 1e-3, number],
                f"number {number - 1}, {whose} {number}": [least, most, total, number - 1],
            }
            for problem, value in wrong.items():
                with self.subTest(step=step, problem=problem):
                    self.assert_found(step, field(t, "value", value), f"the row of t={t} has value {problem}")

    def test_a_field_that_is_missing_and_one_too_many_are_found(self) -> None:
        self.assert_found(1, field(505, "deep.er", None), "the row of t=505 has no deep.er, its ticks have")
        self.assert_found(10, field(550, "no", [1, 1, 1, 1]), "the row of t=550 has no, the finer rows have none")

    def test_a_wrong_time_and_a_wrong_count_are_found(self) -> None:
        for ts in (START + 100.5, START + 101, START - 1):
            self.assert_found(1, changed(505, ts=ts), f"the row of t=505 has ts {ts}, its ticks {START + 100}")
        self.assert_found(10, changed(550, ticks=49), "the row of t=550 has 49 ticks, where there are 50")

    def test_a_row_that_is_left_out_is_found_in_the_next_one(self) -> None:
        self.alter(1, lambda rows: rows.pop(100))
        self.assertEqual(self.found(deep=False), [])
        here, coarser = self.found()
        self.assertIn("the row of t=510 has 5 ticks, where there are 10; ", here.problem)
        self.assertEqual((here.stream, here.first_t, here.last_t), ("main@1", 501, 510))
        self.assertIn("the row of t=550 has 50 ticks, where there are 45; ", coarser.problem)
        self.assertEqual((coarser.stream, coarser.first_t, coarser.last_t), ("main@10", 501, 550))

    def test_a_finding_names_file_frame_and_bytes(self) -> None:
        self.alter(10, changed(550, ticks=49), is_sealed=True)
        here = next(finding for finding in self.found() if finding.stream == "main@10")
        (row,) = index.segments("main@10", EPOCH)
        with opened(self.archive / row.path) as file:
            frame = sealed.facts(file).frames[here.frame or 0]
        self.assertEqual((here.offset, here.end), (frame.offset, frame.offset + frame.size))
        self.assertEqual(
            str(here),
            f"main@10/{EPOCH}/{sealed_name(row.first_t)}, frame {here.frame} (bytes {here.offset} to {here.end}, "
            "t=501…550): the row of t=550 has 49 ticks, where there are 50",
        )

    def test_of_many_rows_some_are_named_and_the_others_counted(self) -> None:
        self.alter(1, lambda rows: [row.update(ticks=row["ticks"] + 1) for row in rows[:50]])
        found = [finding for finding in self.found() if finding.stream == "main@1"]
        self.assertEqual(len(found), 21)
        self.assertEqual((found[-1].path, found[-1].problem), (f"main@1/{EPOCH}", "and 30 more rows"))
        self.assertEqual((found[-1].first_t, found[-1].last_t), (101, 250))

    def test_with_very_many_wrong_ones_the_rest_is_left_and_that_is_told(self) -> None:
        self.alter(1, lambda rows: [row.update(ticks=row["ticks"] + 1) for row in rows[:50]])
        with patch("ticks.archive.verify.deep.MAX_DOUBTS", 30):
            found = [finding for finding in self.found() if finding.stream == "main@1"]
        self.assertEqual(found[20].problem, "and 10 more rows, behind which none was compared")

    def test_a_line_that_is_no_row_is_found_and_those_around_it_are_compared(self) -> None:
        for wrong in ({"ticks": None}, {"fields": {"a": [1, 2, 3]}}, {"fields": {"a": [1, 2, 3, "4"]}}, {"fields": 5}):
            restore = self.copied(1)
            self.alter(1, lambda rows, wrong=wrong: [rows[100].update(wrong), rows[101].update(ticks=9)])
            found = [finding.problem for finding in self.found() if finding.stream == "main@1"]
            self.assertIn("the row of t=505 can't be read: ", found[0])
            self.assertEqual(found[1:], ["the row of t=510 has 9 ticks, where there are 5"])
            restore()

    def test_a_sum_that_is_off_by_rounding_alone_is_none(self) -> None:
        least, most, total, number = self.stat(10, 550, "deep.er")
        self.alter(10, field(550, "deep.er", [least, most, total + 1e-10, number]))
        self.assertEqual(self.found(), [])
