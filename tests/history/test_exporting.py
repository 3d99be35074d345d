"""Every range in every form, against the list of what was stored."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import combinations
from unittest.mock import patch

import zstandard

from tests.archive.making import small_frames
from tests.support.cases import EPOCH, NEXT_EPOCH, ValkeyCase, lines
from ticks.archive import index, sealing
from ticks.archive.walk import walk_sealed
from ticks.csv import Columns
from ticks.cursor import Cursor
from ticks.history import as_stored, exporting
from ticks.history.as_stored import AsStored
from ticks.history.bounds import Bounds
from ticks.history.columns import columns_of
from ticks.history.exporting import AsLines, AsRows, Pieces
from ticks.models import Field

PLACES = [(EPOCH, t) for t in (1, 2, 3, 4, 5, 6, 9, 10)] + [(NEXT_EPOCH, t) for t in (1, 2, 3)]
TICKS = dict(zip(PLACES, [*lines(1, 2, 3, 4, 5, 6, 9, 10), *lines(1, 2, 3)], strict=True))


def pieces_of(made: Pieces) -> Iterator[bytes]:
    yield made.piece()
    while not made.is_over:
        yield made.piece()


def unpacked(frames: bytes) -> list[bytes]:
    return zstandard.ZstdDecompressor().stream_reader(frames, read_across_frames=True).read().splitlines()


class ExportingTest(ValkeyCase):
    def setUp(self) -> None:
        """Sealed 1-4, some frames; closed 5-6; nothing of 7-8; hot 9-10; another epoch with 1-2 sealed and hot 3."""
        super().setUp()
        self.keep(1, 2, 3, 4)
        self.seal(EPOCH)
        self.keep(5, 6)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.seal(NEXT_EPOCH)
        self.publish(9, 10, prev_t=8, n=9)
        self.publish(3, prev_t=2, n=3, epoch=NEXT_EPOCH)

    def seal(self, epoch: str) -> None:
        with small_frames(70):
            sealing.seal(self.archive, list(index.segments("main", epoch)))

    def assert_exact(self, bounds: Bounds, expected: Iterable[bytes]) -> None:
        store, expected = self.store(), list(expected)
        with self.subTest(bounds):
            told = b"".join(pieces_of(AsLines(store, bounds))).splitlines()
            self.assertEqual([line for line in told if not line.startswith(b'{"gap"')], expected)
            self.assertEqual(unpacked(b"".join(pieces_of(AsStored(store, bounds)))), expected)
            table = b"".join(pieces_of(AsRows(store, bounds, Columns(["value"]))))
            rows = list(csv.DictReader(io.StringIO(table.decode())))
            records = [{name: json.loads(text) for name, text in row.items() if text} for row in rows]
            self.assertEqual(records, [json.loads(line) for line in expected])

    def test_from_every_place_to_every_other(self) -> None:
        ends = sorted([(EPOCH, 0), *PLACES, (EPOCH, 7), (NEXT_EPOCH, 9)])
        for after, before in [
            *combinations(ends[::2], 2),
            *combinations(ends[1::2], 2),
            (None, ends[3]),
            (ends[3], None),
        ]:
            wanted = (
                line
                for place, line in TICKS.items()
                if (after is None or place > after) and (before is None or place < before)
            )
            self.assert_exact(Bounds(after and Cursor(*after), before and Cursor(*before)), wanted)

    def test_from_every_time_to_every_other(self) -> None:
        for from_ts, to_ts in ((0.0, 2000.0), (1002.0, 1004.0), (1002.5, 1009.0), (1006.0, 1009.5), (3000.0, 4000.0)):
            wanted = (line for line in TICKS.values() if from_ts <= json.loads(line)["ts"] < to_ts)
            self.assert_exact(Bounds(from_ts=from_ts, to_ts=to_ts), wanted)

    def test_pieces_make_no_difference(self) -> None:
        with (
            patch.object(as_stored, "PACK_BYTES", 1),
            patch.object(as_stored, "PIECE_BYTES", 1),
            patch.object(exporting, "PIECE_BYTES", 1),
            patch.object(exporting, "PARSED_BYTES", 1),
        ):
            self.assert_exact(Bounds(), TICKS.values())

    def test_sealed_frames_that_lie_wholly_within_are_copied(self) -> None:
        (row,) = index.segments("main", EPOCH).filter(path__endswith=".zst")
        stored = (self.archive / row.path).read_bytes()
        with patch("zstandard.ZstdDecompressor", side_effect=AssertionError):
            made = AsStored(self.store(), Bounds(after=Cursor(EPOCH, 0), before=Cursor(EPOCH, 5)))
            frames = b"".join(pieces_of(made))
        self.assertTrue(stored.startswith(frames))
        self.assertEqual(len(unpacked(frames)), 4)
        first, *others = walk_sealed(stored)
        self.assertGreater(first.count, 1)
        made = AsStored(self.store(), Bounds(after=Cursor(EPOCH, first.first_t)))
        self.assertIn(stored[others[0].offset : others[-1].offset + others[-1].size], b"".join(pieces_of(made)))


class ColumnsTest(ValkeyCase):
    def test_the_fields_of_the_time_are_columns_and_of_arrays_what_is_in_them(self) -> None:
        self.keep(1, 2, 3)
        for path, kind, first_ts in (
            ("indexed", "number", 0.0),
            ("list.length", "length", 0.0),
            ("later", "number", 5000.0),
        ):
            Field.objects.create(stream="main", path=path, kind=kind, first_ts=first_ts, last_ts=first_ts + 2000)
        Field.objects.create(stream="other", path="other", kind="number", first_ts=0, last_ts=2000)
        self.assertEqual(columns_of(self.store(), Bounds()).header, b"t,ts,indexed,value,other\n")
        self.assertEqual(columns_of(self.store(), Bounds(from_ts=3000.0)).header, b"t,ts,other\n")

    def test_a_field_that_is_no_leaf_is_what_lies_below(self) -> None:
        self.keep(1)
        for path in ("disk.10.used", "disk.9.used", "disks"):
            Field.objects.create(stream="main", path=path, kind="number", first_ts=0, last_ts=2000)
        columns = columns_of(self.store(), Bounds(), ["value", "disk", "nothing"])
        self.assertEqual(columns.header, b"t,ts,value,disk.9.used,disk.10.used,nothing\n")
