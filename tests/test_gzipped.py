"""gzip members: of any segments, as Python's own gzip reads them."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from ticks.gzipped import Segment, Sum, gzipped, member, size_of, ungzipped

TEXT = st.binary(max_size=3000)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, st.booleans())))
def test_a_member_has_the_texts_of_its_segments_one_after_the_other(texts: list[tuple[bytes, bool]]) -> None:
    made = member(Segment.stored(text) if is_stored else Segment.of(text) for text, is_stored in texts)
    unpacker = zlib.decompressobj(31)
    assert unpacker.decompress(made) == b"".join(text for text, _ in texts)
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")
    assert size_of(made) == sum(len(text) for text, _ in texts)


@settings(deadline=None)
@given(TEXT)
def test_the_only_segment_of_a_member_is_found_in_it(text: bytes) -> None:
    segment = Segment.of(text)
    found = Segment.within(member([segment]))
    assert (found, found.crc, found.size) == (segment, segment.crc, segment.size)


@settings(deadline=None)
@given(TEXT)
def test_one_text_is_one_member(text: bytes) -> None:
    assert gzip.decompress(gzipped(text)) == text
    assert ungzipped(gzipped(text)) == text


def test_a_stored_segment_may_have_nearly_64_kib() -> None:
    text = bytes(range(256)) * 256
    assert gzip.decompress(member([Segment.stored(text[:-1])])) == text[:-1]


def test_a_sum_counts_segments_alone() -> None:
    sum = Sum()
    sum.add(b"no segment")
    assert sum.end() == Sum().end()
