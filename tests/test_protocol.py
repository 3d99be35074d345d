"""`/ws/stream` without a socket: its query, and the frames of both dialects."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.protocol import (
    GZIP_FROM,
    PARAMETERS,
    BadRequest,
    Frame,
    Plain,
    Query,
    TicksV1,
    cursor_fields,
    frame,
    gap_fields,
    parse_query,
)
from ticks.tick import MAX_T

EPOCH = "0mi8x7k2a1b2c"
GAP = Gap(5, 9, 3, "lost", Cursor(EPOCH, 8, 8))
WORDS = st.sampled_from([*PARAMETERS, "main", EPOCH, "-1", "1", "1e3", "nan", "=", "&", "%", "%ff", ";", "+", "²", "٣"])
QUERIES = st.text() | st.lists(WORDS | st.text(max_size=3), max_size=12).map("".join)


def batch(count: int, size: int = 0) -> Batch:
    return Batch.of(EPOCH, 6, 7, [encode({"text": "ü" * size}, 7 + i, 1.5) for i in range(count)])


def read(one: Frame) -> Any:
    """What a client makes of a frame, which must be text below 1024 bytes and one gzip member from there on."""
    if isinstance(one, str):
        assert len(one.encode()) < GZIP_FROM
        return json.loads(one)
    unzip = zlib.decompressobj(wbits=31)
    message = unzip.decompress(one)
    assert unzip.eof
    assert unzip.unused_data == b""
    assert len(message) >= GZIP_FROM
    return json.loads(message)


class TestQuery:
    def test_nothing_means_main_from_its_newest_tick_on(self) -> None:
        assert parse_query("") == Query("main", None, None, None)

    def test_everything_that_can_be_asked_for(self) -> None:
        assert parse_query("stream=rig-1.a&from_t=-1") == Query("rig-1.a", -1)
        assert parse_query(f"from_t={MAX_T}&epoch={EPOCH}") == Query("main", MAX_T, EPOCH)
        assert parse_query("from_t=0") == Query("main", 0)
        assert parse_query("from_ts=-300") == Query(from_ts=-300.0)
        assert parse_query("from_ts=1763700000.25") == Query(from_ts=1763700000.25)

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("what=1", "unknown parameter 'what': allowed are stream, from_t, epoch, from_ts"),
            ("stream=a&stream=a", "stream is given twice"),
            ("stream=", "stream='' is no stream's name"),
            ("stream=A", "stream='A'"),
            ("stream=main%0A", "no stream's name"),
            ("from_t=", "from_t=''"),
            ("from_t=-2", "from_t='-2' is neither -1"),
            ("from_t=1.0", "from_t='1.0'"),
            ("from_t=%D9%A3", "from_t="),
            ("from_t=%C2%B2", "from_t="),
            (f"from_t={MAX_T + 1}", "a whole number up to"),
            ("from_t=" + "9" * 5000, "a whole number up to"),
            ("from_ts=", "no number of seconds"),
            ("from_ts=nan", "no number of seconds"),
            ("from_ts=1e999", "no number of seconds"),
            ("from_t=1&from_ts=1", "from_t and from_ts exclude each other"),
            (f"epoch={EPOCH}", "epoch needs from_t beside it"),
            ("from_t=1&epoch=abc", "epoch='abc' is no epoch's name"),
        ],
    )
    def test_what_cannot_be_served_is_refused_by_name(self, query: str, said: str) -> None:
        with pytest.raises(BadRequest) as refused:
            parse_query(query)
        assert said in str(refused.value)

    @settings(deadline=None)
    @given(QUERIES)
    def test_any_text_is_read_or_refused(self, query: str) -> None:
        try:
            asked = parse_query(query)
        except BadRequest as refused:
            json.dumps(str(refused)).encode()
        else:
            assert asked.from_t is None or -1 <= asked.from_t <= MAX_T

    @settings(deadline=None)
    @given(st.integers(-1, MAX_T), st.booleans())
    def test_a_cursor_comes_through(self, t: int, with_epoch: bool) -> None:
        asked = {"stream": "a.b", "from_t": t, **({"epoch": EPOCH} if with_epoch else {})}
        assert parse_query(urlencode(asked)) == Query("a.b", t, EPOCH if with_epoch else None)

    @settings(deadline=None)
    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_time_comes_through(self, ts: float) -> None:
        assert parse_query(f"from_ts={quote(repr(ts))}").from_ts == ts


class TestPlain:
    def test_a_tick_is_a_text_message_and_nothing_else_is_said_but_gaps_and_refusals(self) -> None:
        plain, two = Plain(), batch(2, size=1000)
        assert list(plain.ticks(two)) == [line.decode() for line in two.records]
        assert (*plain.hello({"a": 1}), *plain.heartbeat({"a": 1})) == ()
        assert [json.loads(one) for one in plain.gap(GAP)] == [{"gap": gap_fields(GAP)}]
        assert [json.loads(one) for one in plain.error("no", "why")] == [{"error": {"code": "no", "detail": "why"}}]

    def test_its_frames_are_made_once_a_batch(self) -> None:
        two = batch(2)
        assert Plain().ticks(two) is Plain().ticks(two)


class TestTicksV1:
    @settings(deadline=None)
    @given(st.integers(1, 30), st.integers(0, 200))
    def test_the_ticks_of_a_batch(self, count: int, size: int) -> None:
        made = batch(count, size)
        [said] = [read(one) for one in TicksV1().ticks(made)]
        assert {key: said[key] for key in said if key != "ticks"} == {
            "type": "ticks",
            "prev_t": 6,
            "first_t": 7,
            "last_t": 6 + count,
        }
        assert said["ticks"] == [json.loads(line) for line in made.records]

    def test_its_frame_is_made_once_a_batch_and_kept_beside_the_plain_ones(self) -> None:
        made = batch(50)
        first = TicksV1().ticks(made)[0]
        assert Plain().ticks(made) is Plain().ticks(made)
        assert TicksV1().ticks(made)[0] is first

    def test_what_is_said_besides(self) -> None:
        v1 = TicksV1()
        assert [read(one) for one in v1.gap(GAP)] == [
            {"type": "gap", "after_t": 5, "next_t": 9, "count": 3, "reason": "lost"}
        ]
        assert [read(one) for one in v1.heartbeat({"newest_t": 3})] == [{"type": "heartbeat", "newest_t": 3}]
        assert [read(one) for one in v1.hello({"latest": None})] == [{"type": "hello", "latest": None}]
        assert [read(one) for one in v1.error("c", "d")] == [{"type": "error", "code": "c", "detail": "d"}]

    @pytest.mark.parametrize("size", [0, 980, 1024, 5000])
    def test_whatever_is_said_is_text_below_1024_bytes_and_gzip_from_there(self, size: int) -> None:
        v1 = TicksV1()
        assert [read(one)["latest"] for one in v1.hello({"latest": "ü" * size})] == ["ü" * size]
        assert [read(one)["detail"] for one in v1.error("bad_request", "x" * size)] == ["x" * size]

    def test_a_frame_is_binary_from_1024_bytes_on(self) -> None:
        assert frame(b"x" * 1023) == "x" * 1023
        assert gzip.decompress(frame(b"x" * 1024)) == b"x" * 1024  # type: ignore[arg-type]


def test_a_gap_names_the_epoch_only_where_it_is_a_new_one() -> None:
    assert gap_fields(GAP) == {"after_t": 5, "next_t": 9, "count": 3, "reason": "lost"}
    other = Gap(5, 1, 0, "epoch", Cursor("b" * 13, 0, 0), "b" * 13)
    assert gap_fields(other) == {"after_t": 5, "next_t": 1, "count": 0, "reason": "epoch", "epoch": "b" * 13}
    assert cursor_fields(GAP.cursor) == {"epoch": EPOCH, "t": 8}
