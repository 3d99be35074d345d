"""Messages as frames: JSON or msgpack, gzip or none."""

from __future__ import annotations

import gzip
import json
import math
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isal import isal_zlib

from tests.support.lines import encode
from ticks import wire
from ticks.batch import Batch, merged
from ticks.packing import GZIP_FROM, JSON, Frame, Packing, Unreadable
from ticks.selection import ALL, Selection, select

EPOCH = "0mi8x7k2a1b2c"
PACKINGS = [Packing("json"), Packing("json", "none"), Packing("msgpack"), Packing("msgpack", "none")]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def unpacked(packing: Packing, frame: Frame) -> Any:
    """What a client makes of it; and that it is what the packing promises."""
    if packing.compression == "gzip" and isinstance(frame, bytes) and frame[:2] == b"\x1f\x8b":
        message = gzip.decompress(frame)
        assert len(message) >= GZIP_FROM
    else:
        assert isinstance(frame, str) == (packing.format == "json")
        message = frame.encode() if isinstance(frame, str) else frame
        assert packing.compression == "none" or len(message) < GZIP_FROM
    return json.loads(message) if packing.format == "json" else msgpack.unpackb(message)


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_came_live_says_when_to_the_microsecond_and_nothing_else_does(packing: Packing) -> None:
    batch = Batch.of(EPOCH, 6, 7, [encode({"a": 1}, 7, 1.5)])
    stored = unpacked(packing, packing.ticks(batch, ALL))
    assert "received_ts" not in stored
    batch.received_ts = 1763700000.1234567
    assert unpacked(packing, packing.ticks(batch, ALL)) == {**stored, "received_ts": 1763700000.123457}


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=4), st.integers(0, 200), st.booleans())
def test_what_has_travelled_makes_the_same_messages_as_what_has_not(sizes: list[int], pad: int, live: bool) -> None:
    """The same values: between two records of what has travelled there is a newline besides the comma."""
    whole = Batch.of(EPOCH, 6, 7, [encode({"a": "ü" * pad}, t, t / 2) for t in range(7, 7 + sum(sizes))])
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    parts = [whole.part(start, start + size) for start, size in zip(starts, sizes, strict=True)]
    travelled = merged([wire.batch(wire.message(part)) for part in parts])
    whole.received_ts = travelled.received_ts = 1763700000.5 if live else None
    for packing in PACKINGS:
        for selection in (ALL, select(["a"]), select(None, 3)):
            here, there = packing.ticks(whole, selection), packing.ticks(travelled, selection)
            assert type(here) is type(there)
            assert unpacked(packing, here) == unpacked(packing, there)


def test_what_has_travelled_is_not_compressed_again() -> None:
    batch = Batch.of(EPOCH, 0, 1, [encode({"a": "x" * 200}, t, t / 2) for t in range(1, 30)])
    travelled = wire.batch(wire.message(batch))
    with (
        patch.object(isal_zlib, "compress", side_effect=AssertionError),
        patch.object(isal_zlib, "compressobj", side_effect=AssertionError),
    ):
        frame = JSON.ticks(travelled, ALL)
    assert len(unpacked(JSON, frame)["ticks"]) == 29


def as_msgpack_has_it(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_msgpack_has_it(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_msgpack_has_it(one) for one in value]
    return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**64 else value


@pytest.mark.parametrize("packing", PACKINGS)
@settings(deadline=None)
@given(record=st.dictionaries(st.text(), VALUES, max_size=5), count=st.integers(1, 5))
def test_the_records_of_a_batch_come_back_as_they_were(packing: Packing, record: Any, count: int) -> None:
    record = {key: value for key, value in record.items() if key not in ("t", "ts")}
    lines = [encode(record, 7 + i, 1.5) for i in range(count)]
    said = unpacked(packing, packing.ticks(Batch.of(EPOCH, 6, 7, lines), ALL))
    assert (said["type"], said["prev_t"], said["first_t"], said["last_t"]) == ("ticks", 6, 7, 6 + count)
    expected = [json.loads(line) for line in lines]
    equal = expected if packing.format == "json" else as_msgpack_has_it(expected)
    if packing.format == "msgpack" and any(isinstance(one, int) for one in _numbers(expected) if abs(one) >= 2**63):
        equal, said["ticks"] = _floats(equal), _floats(said["ticks"])
    assert said["ticks"] == equal


def _numbers(value: Any) -> list[int | float]:
    if isinstance(value, dict | list):
        return [one for child in (value.values() if isinstance(value, dict) else value) for one in _numbers(child)]
    return [value] if isinstance(value, int | float) else []


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floats(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_floats(one) for one in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("selection", [select(["a"]), select(None, 3), select([], 3)])
def test_a_message_has_what_is_selected_and_how_far_was_looked(packing: Packing, selection: Selection) -> None:
    batch = Batch.of(EPOCH, 0, 1, [encode({"a": t, "b": t}, t, 1.5) for t in range(1, 9)])
    said = unpacked(packing, packing.ticks(batch, selection))
    assert (said["prev_t"], said["first_t"], said["last_t"]) == (0, 1, 8)
    assert said["ticks"] == [json.loads(line) for line in selection.records(batch)]
    none = unpacked(packing, packing.ticks(batch.part(0, 2), select(None, 3)))
    assert (none["last_t"], none["ticks"]) == (2, [])


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_record_comes_into_a_message_as_it_is(packing: Packing) -> None:
    for size in (0, 5000):
        line = encode({"a": "ü" * size}, 3, 1.0)
        assert unpacked(packing, packing.message({"type": "x"}, latest=line))["latest"] == json.loads(line)
    assert unpacked(packing, packing.message({"type": "x"}, latest=None)) == {"type": "x", "latest": None}
    assert unpacked(packing, packing.message({"type": "x"})) == {"type": "x"}


def test_what_a_client_says_is_read_as_json_and_as_msgpack_where_that_was_asked_for() -> None:
    said = {"type": "ping", "t0": 1.5}
    for packing in PACKINGS:
        assert packing.read(json.dumps(said)) == said
    assert Packing("msgpack").read(msgpack.packb(said)) == said
    with pytest.raises(Unreadable, match="need format=msgpack"):
        JSON.read(msgpack.packb(said))


@pytest.mark.parametrize(
    "said", ["", "{", "nan", "[" * 50000, "\ud800", b"", b"\xc1", b"\x91", b"\x91" * 60000, b"\x01\x01"]
)
def test_what_cannot_be_read_is_said(said: Frame) -> None:
    with pytest.raises(Unreadable, match=r"^not (JSON|msgpack): "):
        Packing("msgpack").read(said)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_that_is_too_large_for_a_float_is_infinite_in_msgpack(sign: int) -> None:
    packing = Packing("msgpack")
    said = unpacked(packing, packing.ticks(Batch.of(EPOCH, 0, 1, [encode({"a": sign * 10**400}, 1, 1.0)]), ALL))
    assert said["ticks"][0]["a"] == sign * math.inf


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_whatever_is_said_is_read_or_refused(said: Frame) -> None:
    for packing in PACKINGS:
        with suppress(Unreadable):
            packing.read(said)
