from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest

from ticks.receiving.unpacking import Broken, unpack

MESSAGE = {"type": "ticks", "word": "größe", "large": 123456789012345678901234567890}
TEXT = json.dumps(MESSAGE)


def test_text_and_gzip_are_read_and_large_numbers_stay_exact() -> None:
    assert unpack(TEXT) == MESSAGE
    assert unpack(gzip.compress(TEXT.encode(), mtime=0)) == MESSAGE


def test_a_message_may_unpack_to_the_bound_and_not_to_a_byte_more() -> None:
    packed = gzip.compress(TEXT.encode(), mtime=0)
    assert unpack(packed, len(TEXT.encode())) == MESSAGE
    with pytest.raises(Broken, match=f"more than {len(TEXT.encode()) - 1} bytes"):
        unpack(packed, len(TEXT.encode()) - 1)


def test_what_would_fill_the_memory_is_never_unpacked() -> None:
    packed = gzip.compress(bytes(256 << 20), 1, mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(Broken, match="more than 1048576 bytes"):
            unpack(packed, 1 << 20)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(TEXT.encode(), mtime=0)[:-1],
        gzip.compress(TEXT.encode(), mtime=0) + b"x",
        gzip.compress(TEXT.encode(), mtime=0) * 2,
        gzip.compress(TEXT.encode()[:-1], mtime=0),
        gzip.compress(b"\xff", mtime=0),
        TEXT[:-1],
        "[1]",
        "[" * 100_000,
        "",
    ],
    ids=lambda data: f"{data[:12]!r}",
)
def test_what_can_not_be_read_is_broken(data: str | bytes) -> None:
    with pytest.raises(Broken):
        unpack(data)
