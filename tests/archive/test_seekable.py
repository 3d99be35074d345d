"""The seek table, against its description in zstd's contrib/seekable_format."""

from __future__ import annotations

import struct

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ticks.archive.seekable import (
    EMPTY_CHECKSUM,
    FOOTER_BYTES,
    Entry,
    NotSeekable,
    checksum_of,
    content,
    parse_table,
    skippable,
    table,
    table_bytes,
)

UINT32 = st.integers(0, 2**32 - 1)
ENTRIES = st.lists(st.builds(Entry, UINT32, UINT32, UINT32), max_size=20)
WHOLE = table([Entry(1, 2, 3), Entry(4, 5, 6)])


def test_a_table_is_what_the_format_says() -> None:
    words = [0x184D2A5E, 33, 1, 2, 3, 4, 5, 6, 2]
    expected = struct.pack("<9I", *words) + b"\x80" + struct.pack("<I", 0x8F92EAB1)
    assert table([Entry(1, 2, 3), Entry(4, 5, 6)]) == expected


@given(ENTRIES)
def test_a_table_is_read_as_it_was_written(entries: list[Entry]) -> None:
    frame = table(entries)
    assert table_bytes(frame[-FOOTER_BYTES:]) == len(frame)
    assert parse_table(frame) == entries


@given(ENTRIES, st.data())
def test_a_table_that_is_cut_off_is_none(entries: list[Entry], data: st.DataObject) -> None:
    frame = table(entries)
    cut = data.draw(st.integers(0, len(frame) - 1))
    for part in (frame[:cut], frame[cut + 1 :]):
        with pytest.raises(NotSeekable):
            parse_table(part)


@pytest.mark.parametrize(("at", "value"), [(0, 0), (4, 0), (-1, 0), (-5, 0), (-5, 0x84), (-9, 3)])
def test_a_table_with_another_header_or_footer_is_none(at: int, value: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] = value
    with pytest.raises(NotSeekable):
        parse_table(bytes(changed))


def test_a_skippable_frame_gives_back_what_it_holds_and_zstd_passes_over_it() -> None:
    frame = skippable(b"known")
    assert content(frame) == b"known"
    packed = zstandard.compress(b"lines") + frame
    assert zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read() == b"lines"


@pytest.mark.parametrize("frame", [b"", b"\x50", skippable(b"known")[:-1], skippable(b"") + b"x", b"\0" * 8])
def test_what_is_no_skippable_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(NotSeekable):
        content(frame)


def test_the_checksum_of_a_frame_is_its_last_four_bytes() -> None:
    packed = zstandard.ZstdCompressor(write_checksum=True).compress(b"")
    assert checksum_of(packed) == EMPTY_CHECKSUM
