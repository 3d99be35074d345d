from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.csv import Columns
from ticks.leaves import ordered, paths_of

KEYS = st.sampled_from(["a", "b", "10", "9", "0", "ü,\n", 'x"y', ""])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["null", "[", "{}", "\\", '"', "a\r\nb", "1"])
)
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3), max_leaves=8
)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=4)


def rows_of(columns: Columns, lines: Sequence[bytes]) -> list[dict[str, str]]:
    """Read by another program, so to speak."""
    text = (columns.header + columns.rows(lines)).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The description of a leaf, word for word."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if value in ([], {}) or not isinstance(value, dict | list):
        yield path, value
    for key, one in items:
        yield from leaves(one, f"{path}.{key}")


def leaves_of(record: dict[str, Any]) -> dict[str, Any]:
    return {path: one for key, value in record.items() for path, one in leaves(value, key)}


def cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def is_same(found: str, value: Any) -> bool:
    """Floats may be written in several ways."""
    return float(found) == value if isinstance(value, float) else found == cell(value)


@given(st.lists(RECORDS, max_size=4), st.data())
def test_every_leaf_of_every_tick_is_in_its_column_or_in_other(records: list[dict[str, Any]], data: Any) -> None:
    lines = [encode(record, t, t + 0.5) for t, record in enumerate(records)]
    known = paths_of(lines)
    assert set(known) == {path for record in records for path in leaves_of(record)}
    chosen = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    rows = rows_of(Columns(chosen), lines)
    for t, (record, row) in enumerate(zip(records, rows, strict=True)):
        assert (row.pop("t"), row.pop("ts")) == (str(t), str(t + 0.5))
        found = leaves_of(record)
        assert list(row) == [*chosen, "other"]
        rest = json.loads(row.pop("other") or "{}")
        for path, text in row.items():
            if path in found:
                assert is_same(text, found.pop(path))
            else:  # elsewhere it is an array or an object, whose leaves may have columns of their own
                below = [one for one in found if one.startswith(f"{path}.") and one not in chosen]
                assert text == "" or [found.pop(one) for one in below]
        assert rest == found


def test_what_it_looks_like() -> None:
    record = {"agents": [{"x": 1.5, "name": "a,b"}, {"x": -2, "name": 'say "hi"'}], "on": True, "off": None, "no": []}
    lines = [encode(record, 7, 1000.25)]
    columns = Columns(paths_of(lines))
    assert columns.header == b"t,ts,agents.0.name,agents.0.x,agents.1.name,agents.1.x,no,off,on,other\n"
    assert columns.rows(lines) == b'7,1000.25,"a,b",1.5,"say ""hi""",-2,"[]",,true,\n'


def test_paths_are_in_natural_order() -> None:
    paths = ["b", "a.10.x", "a.2.y", "a.2.x", "a", "cpu10", "cpu9", "a.2", "a-b", "007", "7"]
    assert ordered(paths) == ["007", "7", "a", "a.2", "a.2.x", "a.2.y", "a.10.x", "a-b", "b", "cpu9", "cpu10"]


def test_the_columns_of_a_choice_are_in_its_order_and_nothing_else_is_there() -> None:
    lines = [encode({"a": {"x": 1, "y": 2}, "b": 3, "c": [4, 5]}, 1, 2.0), encode({"b": "text"}, 2, 3.0)]
    assert rows_of(Columns(["c.1", "b", "a.y", "t"], rest=False), lines) == [
        {"t": "1", "ts": "2.0", "c.1": "5", "b": "3", "a.y": "2"},
        {"t": "2", "ts": "3.0", "c.1": "", "b": "text", "a.y": ""},
    ]


def test_a_path_to_an_array_or_object_is_a_column_of_its_json() -> None:
    lines = [encode({"a": {"x": 1, "y": ["z"]}, "b": [1, None]}, 1, 2.0)]
    (row,) = rows_of(Columns(["a", "b"], rest=False), lines)
    assert (json.loads(row["a"]), json.loads(row["b"])) == ({"x": 1, "y": ["z"]}, [1, None])
    (row,) = rows_of(Columns(["a", "a.x"]), lines)
    assert (row["a"], row["a.x"], json.loads(row["other"])) == ("", "1", {"a.y.0": "z", "b.0": 1, "b.1": None})


def test_an_array_has_a_length_where_that_is_asked_for() -> None:
    lines = [encode({"a": [4, 5], "b": {"length": 7}}, 1, 2.0), encode({"a": []}, 2, 3.0)]
    rows = rows_of(Columns(["a.length", "a", "b.length"]), lines)
    assert [(row["a.length"], row["a"], row["b.length"]) for row in rows] == [("2", "", "7"), ("0", "[]", "")]
    assert [row["other"] for row in rows] == ['{"a.0":4,"a.1":5}', ""]


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "1e400", "-0.1234567890123456789012", "1E5"])
def test_numbers_that_no_float_is_stand_as_they_were_written(number: str) -> None:
    lines = [b'{"t":1,"ts":2.5,"a":{"n":%b},"b":"x"}' % number.encode()]
    (row,) = rows_of(Columns(["a.n", "b"]), lines)
    assert (float(row["a.n"]), row["b"], row["other"]) == (float(number), "x", "")
    assert number == "1E5" or row["a.n"] == number
    (row,) = rows_of(Columns(["b"]), lines)
    assert json.loads(row["other"], parse_float=str, parse_int=str)["a.n"] in (number, "100000.0")


def test_fields_of_the_same_path_are_both_there() -> None:
    lines = [b'{"t":1,"ts":2.5,"a.b":1,"a":{"b":2},"c.d":3}']
    (row,) = rows_of(Columns(["a.b", "c.d"]), lines)
    assert (row["a.b"], row["other"], row["c.d"]) == ("1", '{"a.b":2}', "3")
    (row,) = rows_of(Columns([]), lines)
    assert row["other"] == '{"a.b":1,"a.b":2,"c.d":3}'


def test_a_field_named_other_leaves_the_last_column_another_name() -> None:
    assert Columns(["other", "other_"]).header == b"t,ts,other,other_,other__\n"


@pytest.mark.parametrize(
    ("line", "t", "other"),
    [
        (b'{"t":4,"ts":1.5,"a":', "4", '{"t":4,"ts":1.5,"a":'),
        (b'{"t":4,"ts":1.5,"a":"\xff"}', "4", '{"t":4,"ts":1.5,"a":"\\xff"}'),
        (b'{"t":4,"ts":1.5,"a":"\\ud800"}', "4", '{"t":4,"ts":1.5,"a":"\\ud800"}'),
        (b'{"t":4,"ts":1.5,"a":NaN}', "4", '{"t":4,"ts":1.5,"a":NaN}'),
        (b'{"t":4,"ts":1.5,"a":%b}' % (b"[" * 1000 + b"]" * 1000), "4", None),
        (b"[1,2]", "", "[1,2]"),
        (b"", "", ""),
    ],
)
def test_a_line_that_is_no_tick_is_there_as_it_is(line: bytes, t: str, other: str | None) -> None:
    good = encode({"a": 1}, 5, 6.0)
    assert paths_of([line, good])[0] == "a"
    rows = rows_of(Columns(["a"]), [line, good])
    assert (rows[0]["t"], rows[0]["a"], rows[1]["a"]) == (t, "", "1")
    assert rows[0]["other"] == (line.decode() if other is None else other)
    assert rows_of(Columns(["a"], rest=False), [line, good])[1] == {"t": "5", "ts": "6.0", "a": "1"}
