"""Selections: which ticks, and which of their fields."""

from __future__ import annotations

import json
import timeit
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.lines import encode
from ticks.batch import Batch
from ticks.selection import ALL, MAX_FIELDS, select
from ticks.tick import head

EPOCH = "0mi8x7k2a1b2c"
RECORD: dict[str, Any] = {
    "cpu": {"load": 0.5, "cores": [{"user": 1, "idle": 9}, {"user": 2, "idle": 8}, {"user": 3, "idle": 7}]},
    "disk": {"/dev/sda.1": {"used": 7}},
    "agents": [{"x": 1}, {"x": 2}],
    "none": None,
    "big": 12345678901234567890123,
}


def picked(*fields: str) -> dict[str, Any]:
    """What is selected of the record, without `t` and `ts`, which are always there and first."""
    said = json.loads(select(fields).line(encode(RECORD, 3, 1.25)))
    assert list(said)[:2] == ["t", "ts"]
    assert (said.pop("t"), said.pop("ts")) == (3, 1.25)
    return dict(said)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("cpu.load",), {"cpu": {"load": 0.5}}),
        (("cpu",), {"cpu": RECORD["cpu"]}),
        (("cpu", "cpu.load"), {"cpu": RECORD["cpu"]}),
        (("cpu.cores.1.user",), {"cpu": {"cores": [None, {"user": 2}]}}),
        (("cpu.cores.2.user", "cpu.cores.0.idle"), {"cpu": {"cores": [{"idle": 9}, None, {"user": 3}]}}),
        (("cpu.cores.0.user", "cpu.cores.0.idle"), {"cpu": {"cores": [{"user": 1, "idle": 9}]}}),
        (("agents.length",), {"agents": {"length": 2}}),
        (("agents.length", "agents.0.x"), {"agents": {"length": 2, "0": {"x": 1}}}),
        (("disk./dev/sda.1",), {"disk": {"/dev/sda.1": {"used": 7}}}),
        (("disk./dev/sda.2.used", "disk./dev/sda.1.size", "cpu.cores.01.user", "cpu.cores.10000.user"), {}),
        (("disk./dev/sda.1.used",), {"disk": {"/dev/sda.1": {"used": 7}}}),
        (("none",), {"none": None}),
        (("big",), {"big": RECORD["big"]}),
        (("t", "ts"), {}),
        (("cpu.cores.3.user", "cpu.cores.-1", "cpu.cores.x", "what", "cpu.load.x", "agents.0.y"), {}),
    ],
)
def test_selected_fields_keep_their_nesting_and_missing_ones_are_left_out(
    fields: tuple[str, ...], said: dict[str, Any]
) -> None:
    assert picked(*fields) == said


def test_what_is_selected_whole_is_as_it_was() -> None:
    line = encode(RECORD, 3, 1.25)
    assert select(None).line(line) is line
    assert json.loads(select(RECORD).line(line)) == json.loads(line)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(1, 12), st.integers(1, 7))
def test_a_tick_is_in_when_it_enters_the_next_n_however_batches_are_cut(
    steps: list[int], downsample: int, size: int
) -> None:
    ts = [sum(steps[: i + 1]) for i in range(len(steps))]
    lines = [encode({}, t, 1.0) for t in ts]
    selection, found, prev = select(None, downsample), [], 0
    for i in range(0, len(ts), size):
        batch = Batch(
            EPOCH, prev, i + 1, ts[i], ts[i : i + size][-1], len(ts[i : i + size]), records=lines[i : i + size]
        )
        found += [head(line).t for line in selection.records(batch)]
        prev = batch.last_t
    assert found == [t for before, t in zip([0, *ts], ts, strict=False) if t // downsample != before // downsample]


def test_the_same_selection_has_one_name_and_others_have_others() -> None:
    assert str(ALL) == ""
    assert select(["b", "a", "a.c"]) == select(["a", "b"])
    different = [(None, 1), (None, 2), ([], 1), (["a"], 1), (["a", "b"], 1), (["a,b"], 1), (["a"], 2), (["all"], 2)]
    assert len({str(select(*one)) for one in different}) == len(different)


def test_it_has_a_field_by_itself_or_by_what_it_lies_in() -> None:
    selection = select(["cpu", "disk.a"])
    assert [path for path in ("cpu", "cpu.load", "cpus", "disk", "disk.a", "disk.a.b") if selection.has(path)] == [
        *("cpu", "cpu.load", "disk.a", "disk.a.b")
    ]
    assert ALL.has("anything")


@pytest.mark.parametrize(
    ("fields", "downsample", "said"),
    [
        ([""], 1, "fields has '', which is no dotted path"),
        (["a..b"], 1, "fields has 'a..b'"),
        (["x" * 401], 1, "no dotted path of 1 to 400 characters"),
        ([".".join("a" * 33)], 1, "in at most 32 parts"),
        (["x" * 390 + f"{i}" for i in range(10, 40)], 1, "fields has more than 8000 characters"),
        ([f"f{i}" for i in range(MAX_FIELDS + 1)], 1, "fields has 101 paths: at most 100"),
        (None, 0, "downsample=0 is not a whole number from 1 to 1000000"),
        (None, 1000001, "downsample=1000001"),
    ],
)
def test_what_cannot_be_selected_is_named(fields: list[str] | None, downsample: int, said: str) -> None:
    with pytest.raises(ValueError, match=r"^(fields|downsample)") as refused:
        select(fields, downsample)
    assert said in str(refused.value)


def test_paths_that_lead_nowhere_cost_about_as_much_as_others() -> None:
    line = encode({f"f{i}": i for i in range(60)}, 1, 1.0)
    short = select([f"g{i}" for i in range(MAX_FIELDS)])
    long = select([".".join([f"g{i}", *"a" * 30]) for i in range(MAX_FIELDS)])
    assert seconds(lambda: long.line(line)) < 10 * seconds(lambda: short.line(line))


def seconds(what: Callable[[], object]) -> float:
    """At its best."""
    return min(timeit.repeat(what, number=3, repeat=7))


def test_from_a_cursor_between_two_ticks_the_tick_before_counts() -> None:
    batch = Batch.of(EPOCH, 10, 2, [encode({}, 20, 1.0), encode({}, 21, 1.0)]).at(15)
    assert [head(line).t for line in select(None, 7).records(batch)] == [20, 21]
    assert [head(line).t for line in select(None, 7).records(batch.after(20).at(20))] == [21]
