"""How records travel: whatever is in them comes out again, deflated once."""

from __future__ import annotations

import gzip

import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import EPOCH, lines
from ticks import wire
from ticks.batch import Batch
from ticks.pack import bytes_of, pack, renewed, text_of, unpack

RECORDS = st.lists(st.binary(min_size=1).filter(lambda line: b"\n" not in line), min_size=1)


@settings(deadline=None)
@given(RECORDS)
def test_what_is_packed_is_unpacked_again(records: list[bytes]) -> None:
    packed = pack(records)
    assert unpack(packed) == records
    assert text_of(packed) == b"\n".join(records)


@settings(deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=4))
def test_how_many_bytes_of_records_there_are_is_known_without_unpacking(parts: list[list[bytes]]) -> None:
    packs = [pack(records) for records in parts]
    assert bytes_of(packs, sum(map(len, parts))) == sum(len(record) + 1 for records in parts for record in records)


def test_it_is_a_gzip_member_that_any_program_reads() -> None:
    assert gzip.decompress(pack(lines(1, 2))) == b",\n".join(lines(1, 2))


def test_what_a_hot_log_has_from_an_earlier_version_is_read() -> None:
    old = zstandard.ZstdCompressor().compress(b"\n".join(lines(1, 2)))
    assert unpack(renewed(old)) == lines(1, 2)
    batch = Batch.of(EPOCH, 0, 1, lines(1, 2))
    assert renewed(batch.packed) is batch.packed
    received = wire.batch({**wire.message(batch), "data": old})
    assert (list(received.records), received.raw_bytes) == (lines(1, 2), batch.raw_bytes)
