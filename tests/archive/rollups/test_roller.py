"""Which rows are kept of an epoch, and in which files."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from tests.archive.rollups.cases import START, RollupCase, rows_of
from tests.support.archived import lines_of
from tests.support.cases import EPOCH, NEXT_EPOCH
from tests.support.lines import encode
from ticks.archive.archiver import Archiver
from ticks.archive.gaps import unarchived
from ticks.archive.layout import ACTIVE, closed_name
from ticks.archive.rollups import fields, kept
from ticks.archive.rollups.levels import STEPS, name
from ticks.models import Field, Segment


class RollerTest(RollupCase):
    def close_at(self, first_t: int, start: float, number: int, rate: float, epoch: str = EPOCH) -> None:
        self.close_ticks(first_t, [START + start + i / rate for i in range(number)], epoch)
        self.archiver.turn()

    def rows(self, step: int, epoch: str = EPOCH) -> list[tuple[object, ...]]:
        """(`t`, `ts` since the start, ticks) of all rows."""
        found = sorted((self.archive / name("main", step) / epoch).glob("[0-9a]*.jsonl*"))
        return [
            (row["t"], row["ts"] - START, row["ticks"]) for path in found for row in rows_of(b"\n".join(lines_of(path)))
        ]

    def names_of(self, step: int) -> list[str]:
        folder = self.archive / name("main", step) / EPOCH
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def test_the_last_row_of_each_step_is_held_back_until_it_is_complete(self) -> None:
        self.close_at(1, 0, 65, 1)
        self.assertEqual(self.rows(10), [(10 * i, 10 * i - 10, 10) for i in range(1, 7)])
        self.assertEqual(self.rows(60), [(40, -20, 40)])  # START is no full minute
        self.close_at(66, 65, 60, 1)
        self.assertEqual(len(self.rows(10)), 12)
        self.assertEqual(self.rows(60), [(40, -20, 40), (100, 40, 60)])

    def test_it_is_complete_when_its_epoch_has_ended(self) -> None:
        self.close_at(1, 0, 65, 1)
        self.close_at(1, 100, 3, 1, NEXT_EPOCH)
        self.assertEqual(self.rows(10)[-1], (65, 60, 5))
        self.assertEqual(self.rows(3600), [(65, START // 3600 * 3600 - START, 65)])
        self.assertNotIn(ACTIVE, self.names_of(10))
        self.assertEqual(self.rows(10, NEXT_EPOCH), [])

    def test_rows_of_one_second_are_kept_only_where_there_are_more_ticks(self) -> None:
        self.close_at(1, 0, 60, 2)
        self.assertEqual(self.names_of(1), [])
        self.close_at(61, 30, 90, 3)
        self.assertEqual(self.rows(1), [(63 + 3 * i, 30 + i, 3) for i in range(29)])
        self.close_at(151, 60, 30, 1)
        self.close_at(181, 100, 90, 3)
        self.assertEqual(len(self.rows(1)), 30 + 29)
        holes = unarchived(self.archive / name("main", 1) / EPOCH)
        self.assertEqual([(hole.after_t, hole.through_t) for hole in holes], [(-1, 60), (150, 180)])
        self.assertEqual(sum(ticks for *_, ticks in self.rows(10)), 60 + 90 + 30 + 60)  # type: ignore[misc]

    def test_what_is_written_goes_on_in_the_same_file_after_a_restart(self) -> None:
        self.close_at(1, 0, 65, 1)
        self.archiver = Archiver(self.archive, self.stop)
        self.close_at(66, 65, 60, 1)
        self.assertEqual(self.names_of(10), [ACTIVE])
        self.assertEqual([ticks for *_, ticks in self.rows(10)], [10] * 12)

    def test_a_full_file_is_closed_and_indexed(self) -> None:
        with patch.object(kept, "FRAME_BYTES", 2000):
            for at in range(8):
                self.close_at(1 + 60 * at, 60 * at, 60, 1)
        rows = Segment.objects.filter(stream=name("main", 10)).order_by("first_t")
        self.assertGreater(len(rows), 2)
        self.assertEqual(sum(row.count for row in rows) + len(lines_of(self.active())), len(self.rows(10)))
        for row, following in pairwise(rows):
            self.assertEqual((following.prev_t, following.n), (row.last_t, row.last_n + 1))

    def active(self) -> Path:
        return self.archive / name("main", 10) / EPOCH / ACTIVE

    def test_rollups_are_sealed_as_ticks_are_but_of_a_longer_time(self) -> None:
        with patch.object(kept, "FRAME_BYTES", 2000):
            for at in range(8):
                self.close_at(1 + 60 * at, 60 * at, 60, 1)
            self.close_at(1, 1000, 3, 1, NEXT_EPOCH)
        for step in STEPS[1:]:
            self.assertEqual(len(self.names_of(step)), 1, self.names_of(step))
            self.assertTrue(self.names_of(step)[0].endswith(".zst"))

    def test_a_row_that_was_torn_by_a_kill_is_made_again(self) -> None:
        self.close_at(1, 0, 65, 1)
        before = self.rows(10)
        whole = self.active().read_bytes()
        self.active().write_bytes(whole[:-20])
        self.archiver = Archiver(self.archive, self.stop)
        self.archiver.turn()
        self.assertEqual(self.rows(10), before)
        self.close_at(66, 65, 60, 1)
        self.assertEqual(self.rows(10)[: len(before)], before)
        self.assertEqual(len(self.rows(10)), 12)

    def test_a_damaged_row_does_not_stop_it(self) -> None:
        self.close_at(1, 0, 65, 1)
        data = self.active().read_bytes()
        self.active().write_bytes(data.replace(b'"fields":', b'"fields"?', 2))
        self.archiver = Archiver(self.archive, self.stop)
        with self.assertNoLogs("ticks", "ERROR"):
            self.close_at(66, 65, 60, 1)
        self.assertIn((100, 40, 60), self.rows(60))


class FieldsTest(RollupCase):
    def test_fields_are_discovered_with_kind_and_time(self) -> None:
        self.close_ticks(1, [START + i for i in range(20)])
        self.archiver.turn()
        self.close_ticks(21, [START + 20 + i for i in range(20)])
        self.archiver.turn()
        found = {
            field.path: (field.kind, field.first_ts - START, field.last_ts - START) for field in Field.objects.all()
        }
        self.assertEqual(found["value"], ("number", 0, 29))
        self.assertEqual(found["agents.length"][0], "length")
        self.assertEqual(found["flags.1"][0], "boolean")
        self.assertEqual(found["deep.text"][0], "text")
        self.assertEqual(found["on"][:2], ("boolean", 0))

    def test_a_source_that_names_ever_new_ones_fills_no_database(self) -> None:
        with patch.object(fields, "MAX_FIELDS", 4):
            self.close_ticks(1, [START + i for i in range(40)])
            self.archiver.turn()
            self.assertEqual(Field.objects.count(), 4)
            self.assertEqual({field.last_ts - START for field in Field.objects.all()}, {29})

    def test_nor_does_it_stop_the_rollups(self) -> None:
        folder = self.archive / "main" / EPOCH
        folder.mkdir(parents=True)
        lines = [encode({f"{'ab' * 150}{t}.{i}": 1.5 for i in range(900)}, t, START + t / 3) for t in range(1, 300)]
        (folder / closed_name(1)).write_bytes(b"\n".join(lines) + b"\n")
        with self.assertNoLogs("ticks", "ERROR"):
            self.archiver.turn()
        first = sorted((self.archive / name("main", 60) / EPOCH).iterdir())[0]
        self.assertEqual([len(row["fields"]) for row in rows_of(b"\n".join(lines_of(first)))][:1], [1000])
