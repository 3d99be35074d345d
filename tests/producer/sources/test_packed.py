"""Files as they were packed: what they hold, and what is said of damaged ones."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from ticks.producer.sources.kinds import SourceError
from ticks.producer.sources.packed import Packed

TEXT = b"".join(b'{"t":%d,"value":%d}\n' % (i, random.Random(i).randrange(10**9)) for i in range(20_000))
HALF = len(TEXT) // 2


def frame(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def to_be_skipped(data: bytes) -> bytes:
    return b"\x5e\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def streamed(data: bytes) -> bytes:
    """A frame that does not say how long it is, as `zstd` writes from a pipe."""
    compressor = zstandard.ZstdCompressor().compressobj()
    return compressor.compress(data) + compressor.flush()


PACKED = {
    "plain": TEXT,
    "one frame": frame(TEXT),
    "a streamed frame": streamed(TEXT),
    "frames and metadata": to_be_skipped(b"") + frame(TEXT[:HALF]) + to_be_skipped(b"x" * 5000) + frame(TEXT[HALF:]),
    "metadata at the end": frame(TEXT) + to_be_skipped(b"seek table"),
    "many frames": b"".join(frame(TEXT[at : at + 100]) for at in range(0, len(TEXT), 100)),
    "gzip": gzip.compress(TEXT),
    "members of gzip": gzip.compress(TEXT[:HALF]) + gzip.compress(b"") + gzip.compress(TEXT[HALF:]),
}


def before_the_damage(file: Packed) -> tuple[bytes, str]:
    got = bytearray()

    def pieces() -> Iterator[bytes]:
        for piece in file.pieces():
            got.extend(piece)
            yield piece

    with pytest.raises(SourceError) as raised:
        list(pieces())
    return bytes(got), str(raised.value)


@pytest.mark.parametrize("name", PACKED)
def test_what_was_packed_comes_out_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    path = tmp_path / "misnamed.gz"
    path.write_bytes(PACKED[name])
    file = Packed(path)
    assert b"".join(file.pieces()) == TEXT
    assert file.read == file.size == len(PACKED[name])


@pytest.mark.parametrize("name", [name for name in PACKED if name not in ("plain", "many frames")])
def test_a_file_that_is_cut_off_is_told_from_a_whole_one_after_what_it_has(name: str, tmp_path: Path) -> None:
    path, packed = tmp_path / "cut", PACKED[name]
    for size in (5, len(packed) // 3, len(packed) // 2 + 9, len(packed) - 1):
        path.write_bytes(packed[:size])
        got, said = before_the_damage(Packed(path))
        assert TEXT.startswith(got)
        assert said == f"{path} is cut off: it ends in the middle of what was packed"
    assert len(got) > HALF / 2, "all but the last byte"


@pytest.mark.parametrize("name", ["frames and metadata", "members of gzip"])
def test_damage_ends_it_after_what_comes_before(name: str, tmp_path: Path) -> None:
    path, packed = tmp_path / "damaged", PACKED[name]
    path.write_bytes(packed[: len(packed) * 3 // 4] + os.urandom(64) + packed[len(packed) * 3 // 4 + 64 :])
    got, said = before_the_damage(Packed(path))
    assert got[:HALF] == TEXT[:HALF], "the first half is a frame of its own"
    assert said.startswith(f"{path} is damaged before byte ")


def test_what_follows_the_last_frame_and_is_none_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(frame(TEXT) + b"and so on")
    assert before_the_damage(Packed(path))[0] == TEXT


def test_what_can_not_be_opened_is_said_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none can't be opened: No such file or directory"):
        Packed(tmp_path / "none")
    with pytest.raises(ValueError, match=r" is not a file; what comes out of a pipe is for the source stdin"):
        Packed(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match=r"pipe is not a file"):
        Packed(tmp_path / "pipe")
