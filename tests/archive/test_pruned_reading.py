"""Who was in what is pruned is told so once, and then gets every tick that is kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.archive.killing import Killed
from tests.archive.retaining import DAY
from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, ts_of
from ticks.archive import retention
from ticks.archive.retention import Keep
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap


class ReaderTest(ValkeyCase):
    def fill(self) -> None:
        for first, days in ((1, 9), (11, 8), (21, 7), (31, 0)):
            self.keep(*range(first, first + 10), at=time.time() - days * DAY)
        self.publish(*range(36, 46), prev_t=35, n=36)

    def read(self, cursor: Cursor) -> tuple[list[int], list[Gap]]:
        read: list[int] = []
        gaps: list[Gap] = []
        while (owed := self.store().after(cursor)) is not None:
            if isinstance(owed, Batch):
                read += ts_of([owed])
            else:
                gaps.append(owed)
            cursor = owed.cursor
        return read, gaps

    def test_from_every_old_cursor_there_is_one_gap_with_the_right_count(self) -> None:
        self.fill()
        list(retention.prune(self.archive, "main", Keep(2.0)))
        for cursor, count in ((Cursor(EPOCH, 0, 0), 30), (Cursor(EPOCH, 15, 15), 15), (Cursor(EPOCH, 15), 15)):
            read, gaps = self.read(cursor)
            self.assertEqual(read, list(range(31, 46)))
            self.assertEqual(
                [(g.after_t, g.next_t, g.count, g.reason) for g in gaps], [(cursor.t, 31, count, "expired")]
            )
        self.assertEqual(self.read(Cursor(EPOCH, 30, 30)), (list(range(31, 46)), []))

    def test_it_is_the_same_where_a_pruning_was_killed(self) -> None:
        self.fill()
        list(retention.prune(self.archive, "main", Keep(8.5)))
        unlink = Path.unlink

        def die(path: Path, missing_ok: bool = False) -> None:
            unlink(path, missing_ok)
            raise Killed

        with patch.object(Path, "unlink", die), self.assertRaises(Killed):
            list(retention.prune(self.archive, "main", Keep(2.0)))
        self.assertEqual(len(list((self.archive / "main" / EPOCH).iterdir())), 2)
        for t in (5, 15, 20):
            read, gaps = self.read(Cursor(EPOCH, t, t))
            self.assertEqual(read, list(range(21, 46)))
            self.assertEqual([(g.count, g.reason) for g in gaps], [(20 - t, "expired")] if t < 20 else [])

    def test_an_epoch_that_is_gone_leads_to_the_oldest_that_is_kept(self) -> None:
        self.keep(1, 2, at=time.time() - 9 * DAY)
        self.keep(1, 2, epoch=NEXT_EPOCH, at=time.time() - 8 * DAY)
        self.keep(3, 4, epoch=NEXT_EPOCH, at=time.time())
        list(retention.prune(self.archive, "main", Keep(2.0)))
        read, gaps = self.read(Cursor(EPOCH, 1, 1))
        self.assertEqual(read, [3, 4])
        self.assertEqual([(g.reason, g.epoch, g.next_t, g.count) for g in gaps], [("epoch", NEXT_EPOCH, 3, 2)])

    def test_who_reads_while_it_is_pruned_never_fails(self) -> None:
        self.fill()
        cursor, read, pruned = Cursor(EPOCH, 0, 0), [], 0
        reasons = set()
        while (owed := self.store().after(cursor, 1)) is not None:
            if isinstance(owed, Batch):
                read += ts_of([owed])
            else:
                reasons.add(owed.reason)
            cursor = owed.cursor
            if len(read) in (5, 6):
                pruned += sum(1 for _ in retention.prune(self.archive, "main", Keep(7.5 if len(read) == 5 else 2.0)))
        self.assertEqual((read, reasons, pruned), ([1, 2, 3, 4, 5, 21, *range(31, 46)], {"expired"}, 2))

    def test_a_file_that_goes_just_before_it_is_opened_is_passed_over(self) -> None:
        self.fill()
        really_open = Path.open

        def prune_and_open(path: Path, *args: Any, **options: Any) -> object:
            list(retention.prune(self.archive, "main", Keep(2.0)))
            return really_open(path, *args, **options)

        with patch.object(Path, "open", prune_and_open):
            read, gaps = self.read(Cursor(EPOCH, 5, 5))
        self.assertEqual((read, [(gap.count, gap.reason) for gap in gaps]), (list(range(31, 46)), [(25, "expired")]))
