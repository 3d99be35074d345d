"""`/ws/stream` without a socket: its query, and the frames of both dialects."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame as Frame6455
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from tests.support.lines import encode
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.packing import GZIP_FROM, Frame, frame
from ticks.protocol import (
    PLAIN,
    TICKS_V1,
    Dialect,
    cursor_fields,
    gap_fields,
)

EPOCH = "0mi8x7k2a1b2c"
GAP = Gap(5, 9, 3, "lost", Cursor(EPOCH, 8, 8))


def batch(count: int, size: int = 0) -> Batch:
    return Batch.of(EPOCH, 6, 7, [encode({"text": "ü" * size}, 7 + i, 1.5) for i in range(count)])


def messages(data: bytes) -> list[Frame]:
    """What a client that knows RFC 6455 alone reads from the wire."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
    client.receive_data(data)
    events = client.events_received()
    assert all(isinstance(event, Frame6455) and event.fin for event in events)
    return [event.data.decode() if event.opcode is Opcode.TEXT else event.data for event in events]


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


class TestPlain:
    def test_a_tick_is_a_text_message_and_nothing_else_is_said_but_gaps_and_ends(self) -> None:
        two = batch(2, size=1000)
        assert list(two.form(PLAIN.frames)) == [line.decode() for line in two.records]
        assert (*PLAIN.hello({"a": 1}, b"{}"), *PLAIN.heartbeat({"a": 1})) == ()
        assert [json.loads(one) for one in PLAIN.gap(GAP)] == [{"gap": gap_fields(GAP)}]
        assert [json.loads(one) for one in PLAIN.error("no", "why")] == [{"error": {"code": "no", "detail": "why"}}]


class TestTicksV1:
    @settings(deadline=None)
    @given(st.integers(1, 30), st.integers(0, 200))
    def test_the_ticks_of_a_batch(self, count: int, size: int) -> None:
        made = batch(count, size)
        [said] = [read(one) for one in made.form(TICKS_V1.frames)]
        assert {key: said[key] for key in said if key != "ticks"} == {
            "type": "ticks",
            "prev_t": 6,
            "first_t": 7,
            "last_t": 6 + count,
        }
        assert said["ticks"] == [json.loads(line) for line in made.records]

    def test_what_is_said_besides(self) -> None:
        assert [read(one) for one in TICKS_V1.gap(GAP)] == [
            {"type": "gap", "after_t": 5, "next_t": 9, "count": 3, "reason": "lost"}
        ]
        assert [read(one) for one in TICKS_V1.heartbeat({"newest_t": 3})] == [{"type": "heartbeat", "newest_t": 3}]
        assert [read(one) for one in TICKS_V1.hello({"a": 1}, None)] == [{"type": "hello", "a": 1, "latest": None}]
        assert [read(one)["latest"] for one in TICKS_V1.hello({}, b'{"t":1}')] == [{"t": 1}]
        assert [read(one) for one in TICKS_V1.error("c", "d")] == [{"type": "error", "code": "c", "detail": "d"}]

    def test_who_is_ended_is_told_where_to_go_on(self) -> None:
        cursor = {"epoch": EPOCH, "t": 8}
        assert [read(one)["cursor"] for one in TICKS_V1.error("too_slow", "d", GAP.cursor)] == [cursor]
        assert [json.loads(one)["error"]["cursor"] for one in PLAIN.error("too_slow", "d", GAP.cursor)] == [cursor]

    @pytest.mark.parametrize("size", [0, 980, 1024, 5000])
    def test_whatever_is_said_is_text_below_1024_bytes_and_gzip_from_there(self, size: int) -> None:
        latest = json.dumps("ü" * size, ensure_ascii=False).encode()
        assert [read(one)["latest"] for one in TICKS_V1.hello({"a": 1}, latest)] == ["ü" * size]
        assert [read(one)["detail"] for one in TICKS_V1.error("bad_request", "x" * size)] == ["x" * size]

    def test_a_frame_is_binary_from_1024_bytes_on(self) -> None:
        assert frame(b"x" * 1023) == "x" * 1023
        assert gzip.decompress(frame(b"x" * 1024)) == b"x" * 1024  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", [PLAIN, TICKS_V1])
@settings(deadline=None)
@given(count=st.integers(1, 30), size=st.integers(0, 200))
def test_what_is_ready_for_the_socket_are_the_same_messages(dialect: Dialect, count: int, size: int) -> None:
    made = batch(count, size)
    assert messages(made.form(dialect.ready)) == list(made.form(dialect.frames))


@pytest.mark.parametrize("dialect", [PLAIN, TICKS_V1])
def test_the_messages_of_a_batch_are_made_once_and_kept_beside_the_others(dialect: Dialect) -> None:
    made = batch(50)
    first = made.form(dialect.frames), made.form(dialect.ready)
    for other in (PLAIN, TICKS_V1):
        made.form(other.frames)
        made.form(other.ready)
    assert made.form(dialect.frames) is first[0]
    assert made.form(dialect.ready) is first[1]


def test_a_gap_names_the_epoch_only_where_it_is_a_new_one() -> None:
    assert gap_fields(GAP) == {"after_t": 5, "next_t": 9, "count": 3, "reason": "lost"}
    other = Gap(5, 1, 0, "epoch", Cursor("b" * 13, 0, 0), "b" * 13)
    assert gap_fields(other) == {"after_t": 5, "next_t": 1, "count": 0, "reason": "epoch", "epoch": "b" * 13}
    assert cursor_fields(GAP.cursor) == {"epoch": EPOCH, "t": 8}
