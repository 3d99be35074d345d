"""A tick's line: what is encoded can be read again, what is no tick is refused."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.tick import MAX_BYTES, MAX_DEPTH, MAX_T, Head, TickError, draft, head, line

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
RECORDS = st.dictionaries(st.text().filter(lambda key: key != "t"), VALUES, max_size=5)
TIMES = st.floats(min_value=-1e11, max_value=1e11) | st.integers(-(10**11), 10**11)


def nested(depth: int) -> dict[str, Any]:
    """A record of that depth, itself counted, of objects and arrays by turns."""
    value: Any = {} if depth % 2 else []
    for level in range(depth - 1, 0, -1):
        value = {"a": value} if level % 2 else [value]
    return dict(value)


@settings(deadline=None)
@given(RECORDS, st.integers(0, MAX_T), TIMES)
def test_what_is_encoded_is_read_again(record: dict[str, Any], t: int, ts: float) -> None:
    line = encode(record, t, ts)
    assert json.loads(line) == {**record, "t": t, "ts": round(ts, 6)}
    assert list(json.loads(line))[:2] == ["t", "ts"]
    assert head(line) == Head(t, round(ts, 6))
    assert b"\n" not in line


@settings(deadline=None)
@given(RECORDS, st.integers(0, MAX_T), TIMES)
def test_the_head_lies_in_the_first_64_bytes(record: dict[str, Any], t: int, ts: float) -> None:
    line = encode(record, t, ts)
    assert head(line[:64]) == head(line)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_time_can_be_read_again(ts: float) -> None:
    assert head(encode({}, 1, ts)).ts == round(ts, 6)


@pytest.mark.parametrize("ts", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_no_number_is_refused(ts: float) -> None:
    with pytest.raises(TickError):
        encode({"a": 1}, 1, ts)


@pytest.mark.parametrize(
    "ts", [Decimal("1.5"), Fraction(3, 2), "1.5", None, 10**400], ids=["decimal", "fraction", "text", "none", "huge"]
)
def test_a_time_of_another_type_is_a_float_or_refused(ts: Any) -> None:
    try:
        line = encode({}, 1, ts)
    except TickError:
        return
    assert head(line) == Head(1, 1.5)


def test_a_line_is_compact_with_t_and_ts_first_and_text_as_it_is() -> None:
    line = encode({"ts": 0, "name": "Zürich \u2028", "t": 3, "a": [1, 2.5, None]}, 17, 1763700000.1234567)
    assert line.decode() == '{"t":17,"ts":1763700000.123457,"name":"Zürich \u2028","a":[1,2.5,null]}'
    assert encode({}, 0, 3) in (b'{"t":0,"ts":3}', b'{"t":0,"ts":3.0}')


def test_any_mapping_is_a_record() -> None:
    assert encode(MappingProxyType({"a": 1}), 1, 1.0) == b'{"t":1,"ts":1.0,"a":1}'


@pytest.mark.parametrize("record", [None, 5, "text", [1], b"{}"])
def test_what_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(TickError, match="a tick is an object, not"):
        encode(record, 1, 1.0)


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)
ABYSS: list[Any] = []
for _ in range(100_000):
    ABYSS = [ABYSS]


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, b"bytes", {1, 2}, object(), "\ud800", 10**5000, CIRCLE, {"\udfff": 1}, {(1, 2): 3}],
    ids=["nan", "inf", "bytes", "set", "object", "surrogate", "huge", "circle", "surrogate key", "tuple key"],
)
def test_what_json_has_no_form_for_is_refused(value: Any) -> None:
    with pytest.raises(TickError, match="not JSON"):
        encode({"a": value}, 1, 1.0)


def test_a_record_is_refused_from_65_levels_on() -> None:
    assert head(encode(nested(MAX_DEPTH), 1, 1.0)).t == 1
    with pytest.raises(TickError, match="nested deeper than 64"):
        encode(nested(MAX_DEPTH + 1), 1, 1.0)
    with pytest.raises(TickError):
        encode({"a": ABYSS}, 1, 1.0)


def test_many_braces_are_not_deep() -> None:
    assert encode({"a": [{} for _ in range(1000)], "b": "{[" * 1000}, 1, 1.0)


def test_a_record_is_refused_from_one_byte_over_a_mebibyte_on() -> None:
    room = MAX_BYTES - len(encode({"a": ""}, 1, 1.0))
    assert len(encode({"a": "x" * room}, 1, 1.0)) == MAX_BYTES
    with pytest.raises(TickError, match=f"{MAX_BYTES + 1} bytes"):
        encode({"a": "x" * (room + 1)}, 1, 1.0)
    with pytest.raises(TickError):
        encode({"a": "ü" * (room // 2 + 1)}, 1, 1.0)


@pytest.mark.parametrize("t", [-1, MAX_T + 1, 1.0, True, "1", None, 10**400])
def test_an_own_number_that_javascript_does_not_count_exactly_is_refused(t: Any) -> None:
    with pytest.raises(TickError, match="is no whole number from 0 to 9007199254740991"):
        draft({"t": t}, None, 1.0)


@pytest.mark.parametrize("t", [0, 17, MAX_T])
def test_a_record_may_have_a_number_of_its_own(t: int) -> None:
    made = draft({"a": 1, "t": t}, None, 1.0)
    assert made.t == t
    assert line(made, t) == b'{"t":%d,"ts":1.0,"a":1}' % t


def test_a_record_was_made_when_the_caller_says_else_when_it_says_else_now() -> None:
    assert head(line(draft({"ts": 2.0}, 1.0, 3.0), 1)).ts == 1.0
    assert head(line(draft({"ts": 2.0}, None, 3.0), 1)).ts == 2.0
    assert head(line(draft({}, None, 3.0), 1)).ts == 3.0
    for ts in ("2026-11-21", None, True, math.nan, "x" * 10_000):
        with pytest.raises(TickError, match="is no time in seconds") as refused:
            draft({"ts": ts}, None, 3.0)
        assert len(str(refused.value)) < 80


@settings(deadline=None)
@given(st.dictionaries(st.text() | st.integers() | st.booleans() | st.none(), VALUES | st.integers(), max_size=5))
def test_what_the_fast_encoder_can_not_do_is_done_as_well(record: dict[Any, Any]) -> None:
    record.pop("t", None)
    record.pop("ts", None)
    read = json.loads(encode(record, 1, 1.0))
    assert read == {"t": 1, "ts": 1.0, **json.loads(json.dumps(record))}


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b'{"t":1}', b'{"t":1,"ts":1', b'{"t":1,"ts":nan}', b'{"t":-1,"ts":1}', b'{"ts":1,"t":1}', b"\0" * 64],
)
def test_a_line_that_begins_otherwise_is_no_tick(line: bytes) -> None:
    with pytest.raises(TickError, match="no tick begins with"):
        head(line)
