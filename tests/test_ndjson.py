from __future__ import annotations

import gzip
import json
import zlib
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from tests.support.cases import EPOCH, lines
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.gzipped import HEADER, Segment, Sum
from ticks.ndjson import ndjson
from ticks.selection import ALL, select

PLAIN, PACKED = ndjson(ALL, "none"), ndjson(ALL, "gzip")


def text(frames: object) -> bytes:
    assert isinstance(frames, tuple)
    return b"".join(frames)


class LinesTest(TestCase):
    def test_a_tick_is_a_line_the_record_as_it_is(self) -> None:
        batch = Batch.of(EPOCH, 6, 7, lines(7, 9))
        self.assertEqual(text(batch.form(PLAIN.frames)), b"\n".join(lines(7, 9)) + b"\n")

    def test_what_is_ready_for_the_socket_is_the_same_as_one_chunk(self) -> None:
        batch = Batch.of(EPOCH, 0, 1, lines(*range(1, 300)))
        for dialect in (PLAIN, PACKED):
            body = text(batch.form(dialect.frames))
            self.assertEqual(batch.form(dialect.ready), b"%x\r\n%b\r\n" % (len(body), body))

    def test_a_batch_of_which_nothing_is_selected_is_nothing_and_no_end_of_the_answer(self) -> None:
        for compression in ("none", "gzip"):
            dialect = ndjson(select(None, 100), compression)
            batch = Batch.of(EPOCH, 6, 7, lines(7, 8))
            self.assertEqual((batch.form(dialect.frames), batch.form(dialect.ready), dialect.wire(())), ((), b"", b""))

    def test_gaps_and_last_words_are_objects_without_t_and_a_heartbeat_an_empty_line(self) -> None:
        gap = Gap(9, 12, 2, "lost", Cursor(EPOCH, 11))
        told = {"gap": {"after_t": 9, "next_t": 12, "count": 2, "reason": "lost"}}
        self.assertEqual(json.loads(text(PLAIN.gap(gap))), told)
        self.assertEqual(json.loads(text(PLAIN.error("sign_in", "x"))), {"error": {"code": "sign_in", "detail": "x"}})
        self.assertTrue(text(PLAIN.gap(gap)).endswith(b"\n") and text(PLAIN.error("sign_in", "x")).endswith(b"\n"))
        self.assertEqual(text(PLAIN.heartbeat({})), b"\n")


class PackedTest(TestCase):
    @given(st.lists(st.binary(max_size=3000), max_size=8))
    def test_segments_with_a_head_and_an_end_are_one_gzip_member(self, texts: list[bytes]) -> None:
        total, segments = Sum(), [Segment.of(text) for text in texts]
        for segment in segments:
            total.add(segment)
        member = HEADER + b"".join(segments) + total.end()
        inflate = zlib.decompressobj(31)
        self.assertEqual(inflate.decompress(member), b"".join(texts))
        self.assertTrue(inflate.eof)
        self.assertEqual((inflate.unused_data, gzip.decompress(member)), (b"", b"".join(texts)))

    def test_each_batch_can_be_read_when_it_has_come_wherever_a_reader_began(self) -> None:
        batches = [Batch.of(EPOCH, t - 1, t, lines(*range(t, t + 20))) for t in range(1, 100, 20)]
        for start in range(len(batches)):
            inflate = zlib.decompressobj(31)
            inflate.decompress(HEADER)
            for batch in batches[start:]:
                read = inflate.decompress(text(batch.form(PACKED.frames)))
                self.assertEqual(read, b"\n".join(batch.records) + b"\n")

    def test_a_segment_that_is_a_chunk_still_counts_for_the_end(self) -> None:
        segment = Segment.of(b"abc\n" * 50)
        one, other = Sum(), Sum()
        one.add(segment)
        other.add(PACKED.wire((segment,)))
        self.assertEqual(one.end(), other.end())
        self.assertNotEqual(one.end(), Sum().end())

    def test_what_is_longer_than_a_length_can_say_ends_all_the_same(self) -> None:
        total, segment = Sum(), Segment.of(b"x")
        segment.size = 1 << 32
        total.add(segment)
        self.assertEqual(total.end()[-4:], bytes(4))
