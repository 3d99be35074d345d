"""What a sealed file says of itself: read as it was written, or not at all."""

from __future__ import annotations

import json
from zlib import crc32

import pytest

from tests.archive.making import flipped
from ticks.archive import seekable
from ticks.archive.frame import Frame
from ticks.archive.seekable import Entry, NotSeekable
from ticks.archive.segment import Facts, ending, parse

FRAMES = (
    Frame(3, 4, 5, 9, 3, 1.5, 2.5, 0, 100, 250, 17),
    Frame(9, 7, 12, 14, 2, 0.25, 2.0, 100, 50, 99, 2**32 - 1),
)
END = ending("main", "0mi8x7k2a0000", 9, "ab" * 32, FRAMES)
TABLE = seekable.table_bytes(END[-seekable.FOOTER_BYTES :])


def read(end: bytes, known: bytes | None = None) -> Facts:
    entries = seekable.parse_table(end[-TABLE:])
    return parse(known or end[:-TABLE], entries)


def test_it_is_read_as_it_was_written() -> None:
    assert read(END) == Facts("main", "0mi8x7k2a0000", 9, "ab" * 32, FRAMES)


def test_it_says_everything_in_json_and_the_seek_table_counts_it_as_a_frame_of_nothing() -> None:
    told = json.loads(END[8:-TABLE])
    assert told.pop("crc32") == crc32(END[-TABLE + 8 : -TABLE + 32], crc32(END[8:-TABLE].rpartition(b",")[0]))
    assert told == {
        "format": "tick-monitor-segment",
        "version": 1,
        "stream": "main",
        "epoch": "0mi8x7k2a0000",
        "level": 9,
        "prev_t": 3,
        "n": 4,
        "count": 5,
        "first_t": 5,
        "last_t": 14,
        "min_ts": 0.25,
        "max_ts": 2.5,
        "bytes": 349,
        "sha256": "ab" * 32,
        "frames": [[5, 9, 3, 1.5, 2.5], [12, 14, 2, 0.25, 2.0]],
    }
    assert seekable.parse_table(END[-TABLE:])[-1] == Entry(len(END) - TABLE, 0, seekable.EMPTY_CHECKSUM)


def test_no_flipped_bit_changes_what_is_read() -> None:
    whole = read(END)
    for bit in range(8 * len(END)):
        try:
            assert read(flipped(END, bit)) == whole
        except NotSeekable:
            continue


def test_another_version_is_refused() -> None:
    text = b'{"format":"tick-monitor-segment","version":2'
    known = seekable.skippable(b'%s,"crc32":%d}' % (text, crc32(text)))
    with pytest.raises(NotSeekable, match="2 is not"):
        parse(known, [Entry(len(known), 0, 0)])
