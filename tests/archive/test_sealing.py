"""Sealing: nothing is lost, wherever it stops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from tests.archive.cases import ArchiveCase
from tests.archive.killing import Killed
from tests.support.archived import lines_of
from tests.support.cases import lines
from ticks.archive import index, sealed
from ticks.archive.layout import closed_name, sealed_name
from ticks.archive.opened import opened
from ticks.archive.recovery import recover
from ticks.archive.sealer import FAST_LEVEL, LEVEL
from ticks.archive.sealing import UNFINISHED, reseal, seal
from ticks.models import Segment

FILES = ((1, 2, 3), (4, 6), (7, 9))
TS = [1, 2, 3, 4, 6, 7, 9]
SEALED = sealed_name(1)


def die(*_: object, **__: object) -> None:
    raise Killed


def after(work: Callable[..., object], times: int = 1) -> Callable[..., None]:
    """Does `work` so often, and dies."""
    left = [times]

    def do(*args: object, **options: object) -> None:
        work(*args, **options)
        left[0] -= 1
        if not left[0]:
            raise Killed

    return do


def level_of(path: Path) -> int:
    with opened(path) as file:
        return sealed.facts(file).level


class SealTest(ArchiveCase):
    def test_closed_files_become_one_sealed_file_with_one_row(self) -> None:
        rows = self.closed_rows(*FILES)
        path = seal(self.archive, rows)
        self.assertEqual(self.names(), [SEALED])
        self.assertEqual(lines_of(path), lines(*TS))
        row = Segment.objects.get()
        self.assertEqual((row.prev_t, row.n, row.first_t, row.last_t, row.count), (0, 1, 1, 9, 7))
        self.assertEqual((row.min_ts, row.max_ts), (1001.0, 1009.0))
        self.assertEqual(self.ts(), TS)

    def test_what_follows_goes_on_after_it(self) -> None:
        seal(self.archive, self.closed_rows(*FILES))
        self.close(12, 13)
        index.index_closed(self.archive, "main")
        last = index.newest("main")
        assert last is not None
        self.assertEqual((last.prev_t, last.n), (9, 8))
        self.assertEqual(self.ts(), [*TS, 12, 13])

    def test_in_the_midst_of_an_epoch_its_number_and_the_tick_before_are_kept(self) -> None:
        rows = self.closed_rows(*FILES)
        seal(self.archive, rows[1:])
        first, second = Segment.objects.all()
        self.assertEqual((second.prev_t, second.n, second.last_n), (3, 4, 7))
        self.assertEqual(self.paths(), [closed_name(1), sealed_name(4)])
        self.assertEqual(first.pk, rows[0].pk)

    def test_a_damaged_file_stays_with_its_neighbours_and_nothing_is_left_over(self) -> None:
        rows = self.closed_rows(*FILES)
        for content in (b"", b"\0" * 100, b"".join(line + b"\n" for line in lines(4))):
            (self.folder / closed_name(4)).write_bytes(content)
            with self.assertRaises(ValueError):
                seal(self.archive, rows)
            self.assertEqual(self.names(), [closed_name(ts[0]) for ts in FILES])
            self.assertEqual(Segment.objects.count(), 3)

    def test_a_full_disk_leaves_everything_as_it_was(self) -> None:
        rows = self.closed_rows(*FILES)
        with patch("os.fsync", side_effect=OSError(28, "No space left on device")), self.assertRaises(OSError):
            seal(self.archive, rows)
        self.assertEqual(self.names(), [closed_name(ts[0]) for ts in FILES])
        self.assertEqual(self.ts(), TS)


class ResealTest(ArchiveCase):
    def test_a_file_that_was_sealed_fast_is_sealed_anew_under_its_name(self) -> None:
        path = seal(self.archive, self.closed_rows(*FILES), level=FAST_LEVEL)
        self.assertEqual(level_of(path), FAST_LEVEL)
        self.assertTrue(reseal(self.archive, path))
        self.assertEqual(level_of(path), LEVEL)
        self.assertEqual((self.names(), self.paths()), ([SEALED], [SEALED]))
        self.assertEqual(self.ts(), TS)

    def test_one_that_was_sealed_well_stays(self) -> None:
        path = seal(self.archive, self.closed_rows(*FILES))
        before = path.stat()
        self.assertFalse(reseal(self.archive, path))
        self.assertEqual(path.stat(), before)

    def test_a_damaged_one_stays_as_it_is(self) -> None:
        path = seal(self.archive, self.closed_rows(*FILES), level=FAST_LEVEL)
        damaged = bytearray(path.read_bytes())
        damaged[20] ^= 1
        path.write_bytes(damaged)
        with self.assertRaises(sealed.Damaged):
            reseal(self.archive, path)
        self.assertEqual(path.read_bytes(), damaged)
        self.assertEqual(self.names(), [SEALED])


class RecoverTest(ArchiveCase):
    def killed(self, point: str, dies: Callable[..., None]) -> None:
        """Let sealing die at a point, and see that it did."""
        rows = self.closed_rows(*FILES)
        with patch(point, dies), self.assertRaises(Killed):
            seal(self.archive, rows)

    def assert_recovers(self, names: list[str]) -> None:
        self.assertEqual(self.ts(), TS)
        recover(self.archive, "main")
        self.assertEqual(self.names(), names)
        self.assertEqual(self.paths(), names)
        self.assertEqual(self.ts(), TS)

    def test_an_unfinished_file_goes(self) -> None:
        self.killed("os.rename", die)
        self.assertIn(SEALED + UNFINISHED, self.names())
        self.assert_recovers([closed_name(ts[0]) for ts in FILES])

    def test_a_sealed_file_without_a_row_gets_it(self) -> None:
        self.killed("ticks.archive.index.replace", die)
        self.assertEqual((len(self.names()), len(self.paths())), (4, 3))
        self.assert_recovers([SEALED])

    def test_closed_files_that_a_sealed_one_covers_go(self) -> None:
        self.killed("ticks.archive.index.replace", after(index.replace))
        self.assertEqual((len(self.names()), len(self.paths())), (4, 1))
        self.assert_recovers([SEALED])

    def test_the_rest_of_them_too(self) -> None:
        self.killed("pathlib.Path.unlink", after(Path.unlink))
        self.assertEqual((len(self.names()), len(self.paths())), (3, 1))
        self.assert_recovers([SEALED])

    def test_a_sealed_file_that_is_damaged_is_no_reason_to_give_up_the_closed_ones(self) -> None:
        self.killed("ticks.archive.index.replace", die)
        (self.folder / SEALED).write_bytes(b"nothing")
        recover(self.archive, "main")
        self.assertEqual(len(self.paths()), 3)
        seal(self.archive, list(index.segments("main")))
        self.assertEqual((self.names(), self.ts()), ([SEALED], TS))

    def test_closed_files_behind_a_sealed_one_stay(self) -> None:
        rows = self.closed_rows(*FILES)
        seal(self.archive, rows[:2])
        recover(self.archive, "main")
        self.assertEqual(self.names(), [SEALED, closed_name(7)])
        self.assertEqual(self.ts(), TS)
