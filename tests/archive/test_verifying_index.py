"""Verifying: files, rows and the chain belong together, also where they change meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from tests.archive.verifying import FILES, VerifyCase, before_call
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.archive import index
from ticks.archive.gaps import Hole, note
from ticks.archive.layout import closed_name, sealed_name
from ticks.archive.sealer import FAST_LEVEL
from ticks.archive.sealing import reseal, seal
from ticks.models import Segment

OPENED = "ticks.archive.verify.content.opened"
LISTED = "ticks.archive.verify.files.immutable_files"
ROWS = "ticks.archive.verify.epoch.segments"

WRONG = {
    "stream": "other",
    "epoch": NEXT_EPOCH,
    "first_t": -5,
    "last_t": 99,
    "prev_t": -1,
    "n": 99,
    "count": 1,
    "min_ts": 0.5,
    "max_ts": 9999.5,
    "bytes": 1,
    "stored": 1,
    "path": "main/nowhere.jsonl",
}


class IndexTest(VerifyCase):
    def test_every_wrong_column_of_a_row_is_found(self) -> None:
        rows = self.half_sealed()
        columns = {field.name for field in Segment._meta.concrete_fields} - {"id"}
        self.assertEqual(set(WRONG), columns)
        for row in rows[1:]:
            for column, value in WRONG.items():
                with self.subTest(path=row.path, column=column):
                    Segment.objects.filter(pk=row.pk).update(**{column: value})
                    found = [*self.found(), *self.found("other")]
                    self.assertTrue({finding.path for finding in found} & {row.path, WRONG["path"]})
                    row.save()
        self.assertEqual(self.found(), [])

    def test_what_a_row_says_is_told_with_what_it_is(self) -> None:
        rows = self.half_sealed()
        Segment.objects.filter(pk=rows[1].pk).update(last_t=11, count=1)
        self.assertEqual(self.one().problem, "the index says last_t=11, where it is 12, count=1, where it is 4")

    def test_a_row_without_a_file_is_found_and_what_is_missing(self) -> None:
        self.half_sealed()
        (self.folder / sealed_name(7)).unlink()
        self.assertEqual(
            [str(finding) for finding in self.found()],
            [
                f"main/{EPOCH}/{sealed_name(7)} (t=7…12): the index has it, and there is no such file",
                f"main/{EPOCH}/{closed_name(13)} (t=7…12): "
                "ticks that are missing before it, of which gaps.jsonl does not tell: 4",
            ],
        )

    def test_a_file_in_the_middle_that_is_missing_is_found_without_its_row_too(self) -> None:
        for row in self.half_sealed()[1:3]:
            path = self.archive / row.path
            data = path.read_bytes()
            path.unlink()
            index.forget_missing(self.archive, "main")
            finding = self.one()
            self.assertEqual((finding.first_t, finding.last_t), (row.first_t, row.last_t))
            self.assertIn(f": {row.count}", finding.problem)
            path.write_bytes(data)
            row.save(force_insert=True)
        self.assertEqual(self.found(), [])

    def test_a_file_without_a_row_is_found(self) -> None:
        for row in self.half_sealed():
            Segment.objects.filter(path=row.path).delete()
            self.assertIn((row.path.split("/")[-1], "the index does not have it"), self.problems())
            index.reindex(self.archive, "main")

    def test_a_young_file_is_only_excused_behind_all_that_have_rows(self) -> None:
        self.set("rows.YOUNG_S", 1e9)
        rows = self.half_sealed()
        rows[-1].delete()
        self.assertEqual(self.found(), [])
        rows[-2].delete()
        rows[-1].save(force_insert=True)
        self.assertEqual(self.problems(), [(closed_name(13), "the index does not have it")])

    def test_a_folder_that_is_gone_is_found_for_each_row(self) -> None:
        rows = self.half_sealed()
        shutil.rmtree(self.archive / "main")
        self.assertEqual([finding.path for finding in self.found()], [row.path for row in rows])

    def test_a_file_copied_to_another_epochs_folder_is_found(self) -> None:
        rows = self.half_sealed()
        self.close(30, 31, epoch=NEXT_EPOCH)
        index.index_closed(self.archive, "main")
        for row in rows[1:]:
            copy = self.archive / "main" / NEXT_EPOCH / row.path.split("/")[-1]
            shutil.copy(self.archive / row.path, copy)
            self.assertIn(f"main/{NEXT_EPOCH}/{copy.name}", [finding.path for finding in self.found()])
            copy.unlink()

    def test_a_file_that_repeats_ticks_of_the_one_before_is_found(self) -> None:
        self.half_sealed()
        self.close(14, 15, 16, 17)
        self.assertIn("there are ticks up to t=14 before it", " ".join(str(one) for one in self.found()))

    def test_the_oldest_files_may_be_gone(self) -> None:
        for row in self.half_sealed()[:3]:
            (self.archive / row.path).unlink()
            row.delete()
            self.assertEqual(self.found(), [])

    def test_holes_are_known_by_gaps_jsonl_alone(self) -> None:
        self.closed_rows((1, 2))
        note(self.folder, Hole(2, 5, 2))
        self.closed_rows((6, 7))
        self.assertEqual(self.found(), [])
        (self.folder / "gaps.jsonl").unlink()
        finding = self.one()
        self.assertEqual((finding.path[-26:], finding.first_t, finding.last_t), (closed_name(6)[-26:], 3, 5))

    def test_behind_a_damaged_file_the_chain_goes_on(self) -> None:
        rows = self.half_sealed()
        (self.archive / rows[1].path).write_bytes(b"nothing")
        self.assertEqual([finding.path for finding in self.found()], [rows[1].path])


class MeanwhileTest(VerifyCase):
    """Something is done to the archive at one moment or another while it is verified."""

    def assert_no_alarm(self, work: Callable[[], object]) -> None:
        """At the first moments of each kind, until all are over."""
        for name in (OPENED, LISTED, ROWS):
            for number in range(1, 8):
                shutil.rmtree(self.archive)
                Segment.objects.all().delete()
                self.closed_rows(*FILES)
                with self.subTest(name=name, number=number), before_call(name, number, work):
                    self.assertEqual(self.found(), [])

    def test_files_are_sealed(self) -> None:
        self.assert_no_alarm(lambda: seal(self.archive, list(index.segments("main"))[1:4]))

    def test_files_are_sealed_and_sealed_anew(self) -> None:
        def work() -> None:
            rows = list(index.segments("main"))
            seal(self.archive, rows[3:])
            reseal(self.archive, seal(self.archive, rows[:3], level=FAST_LEVEL))

        self.assert_no_alarm(work)

    def test_the_oldest_files_are_pruned(self) -> None:
        def work() -> None:
            for row in index.segments("main")[:4]:
                (self.archive / row.path).unlink()
                row.delete()

        self.assert_no_alarm(work)

    def test_all_is_deleted(self) -> None:
        def work() -> None:
            shutil.rmtree(self.archive / "main")
            index.segments("main").delete()

        self.assert_no_alarm(work)

    def test_a_file_is_closed_and_indexed(self) -> None:
        def work() -> None:
            self.close(17, 18)
            index.index_closed(self.archive, "main")

        self.assert_no_alarm(work)

    def test_a_file_is_closed_and_not_indexed_yet(self) -> None:
        self.set("rows.YOUNG_S", 1e9)
        self.assert_no_alarm(lambda: self.close(17, 18))

    def test_what_is_done_step_by_step_is_seen_between_the_steps(self) -> None:
        """A sealed file has its name before its row, and the closed ones go after that."""
        for moment in ("ticks.archive.index.replace", "ticks.archive.sealing.remove"):
            shutil.rmtree(self.archive)
            Segment.objects.all().delete()
            rows = self.closed_rows(*FILES)
            seen: list[object] = []
            with before_call(moment, 1, lambda seen=seen: seen.append(self.found())):
                seal(self.archive, rows[1:4])
            self.assertEqual(seen, [[]])

    def test_a_file_that_is_missing_is_found_though_what_follows_is_sealed_between_two_looks(self) -> None:
        rows = self.closed_rows(*FILES)
        (self.archive / rows[2].path).unlink()
        rows[2].delete()
        with before_call(ROWS, 2, lambda: seal(self.archive, rows[3:])):
            self.assertEqual([(one.first_t, one.last_t) for one in self.found()], [(7, 9)])
