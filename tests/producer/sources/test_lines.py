"""JSONL: any cut gives the same lines, any bytes are read to the end, each object comes out as it went in."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticks.producer.sources import lines
from ticks.producer.sources.kinds import Bad, Item
from ticks.producer.sources.lines import LINE_BYTES, Line, parse, records, split

JSONL = st.lists(
    st.sampled_from([b"\n", b"\r\n", b"{", b'"a":1', b"}", b" ", b"\xff", b"\x00"]) | st.binary(max_size=4)
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=6)


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


def expected(data: bytes, limit: int) -> list[Line]:
    """By nothing but `bytes.split`."""
    texts = data.split(b"\n")
    if not texts[-1]:
        texts.pop()
    return [Line(number, text if len(text) <= limit else None) for number, text in enumerate(texts, 1)]


@given(JSONL.map(b"".join), st.lists(st.integers(0, 9)))
def test_the_lines_are_the_same_wherever_the_bytes_are_cut(data: bytes, sizes: list[int]) -> None:
    assert list(split(cut(data, sizes))) == expected(data, LINE_BYTES)


@given(JSONL.map(b"".join), st.lists(st.integers(0, 9)))
def test_lines_that_are_too_long_are_told_once_and_the_others_keep_their_numbers(data: bytes, sizes: list[int]) -> None:
    with patch.object(lines, "LINE_BYTES", 6):
        assert list(split(cut(data, sizes))) == expected(data, 6)


@given(st.lists(JSONL.map(b"".join) | st.binary()))
def test_no_bytes_are_too_strange(pieces: list[bytes]) -> None:
    assert all(isinstance(found, Item | Bad) for found in records(pieces))


@given(
    OBJECTS, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]), st.sampled_from(["", " ", "\t"]), st.booleans()
)
def test_each_object_comes_out_as_python_reads_it(
    record: dict[str, Any], ascii: bool, separators: tuple[str, str], space: str, windows: bool
) -> None:
    text = space + json.dumps(record, ensure_ascii=ascii, separators=separators) + space
    (found,) = records([text.encode() + (b"\r\n" if windows else b"\n")])
    assert isinstance(found, Item)
    assert found.record == json.loads(text) == record
    assert list(map(type, found.record.values())) == list(map(type, record.values()))


@given(st.lists(OBJECTS, min_size=1), st.lists(st.integers(0, 50)))
def test_every_record_is_named_by_the_number_of_its_line(many: list[dict[str, Any]], sizes: list[int]) -> None:
    data = b"\n\n".join(json.dumps(record).encode() for record in many)
    found = list(records(cut(data, sizes), "a.jsonl"))
    assert found == [Item(record, f"a.jsonl line {2 * i + 1}") for i, record in enumerate(many)]


def test_a_blank_line_is_skipped_and_counted() -> None:
    assert list(records([b'\n \t\r\n{"a":1}\n\n'])) == [Item({"a": 1}, "line 3")]


def test_the_last_line_needs_no_newline() -> None:
    assert list(records([b'{"a":1}\n{"a":', b"2}"])) == [Item({"a": 1}, "line 1"), Item({"a": 2}, "line 2")]


def test_a_byte_order_mark_is_taken_at_the_very_beginning_alone() -> None:
    found = list(records([b"\xef\xbb", b'\xbf{"a":1}\n\xef\xbb\xbf{"a":2}\n']))
    assert found == [Item({"a": 1}, "line 1"), Bad("line 2", "not JSON, column 1: expecting value")]


def test_whole_numbers_of_any_size_stay_exact() -> None:
    assert parse(b'{"a":%d}' % 10**4000) == {"a": 10**4000}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"abc", "not JSON, column 1: expecting value"),
        (b'{"a":1,}', "not JSON, column 8: expecting property name enclosed in double quotes"),
        (b'{"a":1} {"b":2}', "not JSON, column 9: extra data"),
        (b'{"a":"b', "not JSON, column 6: unterminated string"),
        (b'{"a":"\x01"}', "not JSON, column 7: invalid control character"),
        ('{"ä":"\xff"}'.encode("latin-1"), "not UTF-8, byte 3"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8, byte 1"),
        (b'{"a":NaN}', "NaN is not JSON"),
        (b'{"a":[Infinity]}', "Infinity is not JSON"),
        (b'{"a":-Infinity}', "-Infinity is not JSON"),
        (b"[1]", "a tick is an object, not an array"),
        (b'"a"', "a tick is an object, not a string"),
        (b"17", "a tick is an object, not a number"),
        (b"1.5", "a tick is an object, not a number"),
        (b"true", "a tick is an object, not a boolean"),
        (b"null", "a tick is an object, not null"),
        (b'{"a":' + b"[" * 200_000, "nested too deep"),
        (b'{"a":' + b"1" * 5000 + b"}", "a whole number has more than 4300 digits"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_what_is_no_record_is_told_with_the_reason_and_the_place(line: bytes, reason: str) -> None:
    assert list(records([line + b'\n{"a":1}'])) == [Bad("line 1", reason), Item({"a": 1}, "line 2")]


def test_a_line_without_an_end_takes_little_memory_and_is_told_once() -> None:
    pieces = [b"x" * 65536] * 200
    tracemalloc.start()
    found = list(records([*pieces, b'\n{"a":1}\n']))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [Bad("line 1", f"longer than {LINE_BYTES} bytes"), Item({"a": 1}, "line 2")]
    assert peak < 3 * LINE_BYTES


def test_the_longest_line_is_taken_and_one_byte_more_is_not() -> None:
    padding = b" " * (LINE_BYTES - len(b'{"a":1}'))
    longest = b'{"a":1}' + padding
    assert [type(found) for found in records([longest + b"\n" + longest + b" \n" + longest])] == [Item, Bad, Item]
