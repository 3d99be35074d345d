"""Sealing, against a plain reader of zstd and the seek table parsed by hand."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.making import EPOCH, STREAM, joined, sealed_bytes, small_frames, ticks
from tests.support.archived import lines_of
from tests.support.lines import encode
from ticks.archive.sealer import LEVEL, Sealer

LINES = ticks(*range(5, 60, 3))


def unpacked(sealed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(sealed, read_across_frames=True).read()


def frames_of(sealed: bytes) -> list[bytes]:
    """What each frame holds, found by the seek table."""
    (count,) = struct.unpack("<I", sealed[-9:-5])
    entries = list(struct.iter_unpack("<III", sealed[-9 - 12 * count : -9]))
    found, at = [], 0
    for size, raw, checksum in entries[:-1]:
        packed = sealed[at : at + size]
        lines = zstandard.ZstdDecompressor().decompress(packed)
        assert (len(lines), packed[-4:]) == (raw, struct.pack("<I", checksum))
        found.append(lines)
        at += size
    assert sealed[at : at + 4] == struct.pack("<I", 0x184D2A50)
    assert at + entries[-1][0] == len(sealed) - 17 - 12 * count
    return found


@given(st.integers(1, 400), st.lists(st.integers(0, 2000), max_size=10))
def test_the_lines_come_back_however_they_are_cut_and_framed(size: int, cuts: list[int]) -> None:
    whole = joined(LINES)
    at = [0, *sorted(cuts), len(whole)]
    with small_frames(size):
        sealer = Sealer(STREAM, EPOCH, 0, 1)
        sealed = b"".join(sealer.feed(whole[start:end]) for start, end in pairwise(at)) + sealer.finish()
        assert sealed == sealed_bytes(LINES)
    assert unpacked(sealed) == whole
    frames = frames_of(sealed)
    assert b"".join(frames) == whole
    for frame in frames:
        assert frame.endswith(b"\n")
        assert len(frame) <= size or frame.count(b"\n") == 1


def test_what_it_says_of_itself_is_so() -> None:
    with small_frames():
        sealed = sealed_bytes(LINES, prev_t=3, n=4)
    at = sealed.index(b'{"format"')
    told = json.loads(sealed[at : at + struct.unpack("<I", sealed[at - 4 : at])[0]])
    ts = [json.loads(line)["t"] for line in LINES]
    assert (told["prev_t"], told["n"], told["count"], told["level"]) == (3, 4, len(ts), LEVEL)
    assert (told["first_t"], told["last_t"], told["min_ts"], told["max_ts"]) == (5, 59, 1005.5, 1059.5)
    assert (told["bytes"], told["sha256"]) == (len(joined(LINES)), hashlib.sha256(joined(LINES)).hexdigest())
    for frame, (first_t, last_t, count, min_ts, max_ts) in zip(frames_of(sealed), told["frames"], strict=True):
        inside = [json.loads(line) for line in frame.splitlines()]
        assert (first_t, last_t, count) == (inside[0]["t"], inside[-1]["t"], len(inside))
        assert (min_ts, max_ts) == (inside[0]["ts"], inside[-1]["ts"])


def test_a_tick_larger_than_a_frame_is_a_frame_of_its_own() -> None:
    lines = [encode({"x": "y" * size}, t, 1.0) for t, size in ((1, 5), (2, 900_000), (3, 5))]
    assert [frame.count(b"\n") for frame in frames_of(sealed_bytes(lines))] == [1, 1, 1]


@pytest.mark.skipif(shutil.which("zstdcat") is None, reason="no zstdcat here")
def test_zstdcat_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "sealed.jsonl.zst"
    with small_frames():
        path.write_bytes(sealed_bytes(LINES))
    assert subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout == joined(LINES)
    assert lines_of(path) == LINES


@pytest.mark.parametrize(
    "data",
    [
        b"",
        joined(ticks(1, 2))[:-1],
        joined(ticks(1, 2))[:-5] + b"\n",
        joined(ticks(1)) + b"{}\n" + joined(ticks(2)),
        joined(ticks(1)) + b"\n",
        joined(ticks(2, 1)),
        joined(ticks(1, 1)),
        joined(ticks(0)),
    ],
)
def test_what_are_no_lines_of_ticks_in_order_is_refused(data: bytes) -> None:
    sealer = Sealer(STREAM, EPOCH, 0, 1)
    with pytest.raises(ValueError, match=r"tick|order|nothing"):
        sealer.feed(data) + sealer.finish()
