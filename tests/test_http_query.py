"""What may be asked of `/poll`, `/incremental` and `/range`, and what is said of anything else."""

from __future__ import annotations

from typing import Any

import pytest

from ticks.http_query import After, Between, parse_incremental, parse_poll, parse_range
from ticks.query import BadRequest
from ticks.selection import ALL, Selection
from ticks.tick import MAX_T

EPOCH = "0mi8x7k2a1b2c"
PARSERS: dict[str, Any] = {"poll": parse_poll, "incremental": parse_incremental, "range": parse_range}


def test_nothing_means_main_after_0_in_the_present_epoch() -> None:
    asked = After("main", None, 0, ALL, 1000)
    assert parse_poll("") == (asked, 30.0)
    assert parse_incremental("") == asked
    assert parse_range("") == Between("main", None, 0, None, ALL, None)


def test_everything_that_can_be_asked_for() -> None:
    common = f"stream=rig-1.a&epoch={EPOCH}&fields=b,a&downsample=5"
    selected = Selection(("a", "b"), 5)
    after = After("rig-1.a", EPOCH, -1, selected, 10_000)
    assert parse_poll(f"{common}&last_t=-1&limit=10000&timeout=0.25") == (after, 0.25)
    assert parse_incremental(f"{common}&from_t=-1&limit=10000") == after
    between = Between("rig-1.a", EPOCH, 7, MAX_T, selected, 10_000_000)
    assert parse_range(f"{common}&t0=7&t1={MAX_T}&limit=10000000") == between
    assert parse_range("t0=7&t1=7").t1 == 7
    assert [parse_poll(f"timeout={seconds}")[1] for seconds in ("0", "60")] == [0, 60]


@pytest.mark.parametrize(
    ("what", "query", "said"),
    [
        ("poll", "from_t=1", "unknown parameter 'from_t': allowed are last_t, timeout, stream, epoch, fields"),
        ("incremental", "last_t=1", "unknown parameter 'last_t': allowed are from_t, stream, epoch, fields"),
        ("range", "timeout=1", "unknown parameter 'timeout': allowed are t0, t1, stream, epoch, fields, downsample"),
        ("poll", "last_t=-2", f"last_t=-2 is neither -1 (all that is kept) nor a whole number up to {MAX_T}"),
        ("poll", "last_t=x", f"last_t='x' is neither -1 (all that is kept) nor a whole number up to {MAX_T}"),
        ("incremental", f"from_t={MAX_T + 1}", f"from_t={MAX_T + 1} is neither -1"),
        ("poll", "limit=0", "limit=0 is not a whole number from 1 to 10000"),
        ("incremental", "limit=10001", "limit=10001 is not a whole number from 1 to 10000"),
        ("range", "limit=10000001", "limit=10000001 is not a whole number from 1 to 10000000"),
        ("poll", "timeout=61", "timeout='61' is no number of seconds from 0 to 60"),
        ("poll", "timeout=-1", "timeout='-1' is no number of seconds from 0 to 60"),
        ("poll", "timeout=nan", "timeout='nan' is no number of seconds from 0 to 60"),
        ("poll", "timeout=", "timeout='' is no number of seconds from 0 to 60"),
        ("poll", "epoch=x", "epoch='x' is no epoch's name: 13 characters a-z, 0-9"),
        ("poll", "stream=A", "stream='A' is no stream's name"),
        ("poll", "downsample=0", "downsample=0 is not a whole number from 1 to 1000000"),
        ("range", "t0=-1", f"t0=-1 is not a whole number from 0 to {MAX_T}"),
        ("range", "t1=", f"t1='' is not a whole number from 0 to {MAX_T}"),
        ("range", "t0=5&t1=4", "t0=5 is behind t1=4: the range is from t0 through t1"),
        ("range", "t0=5&t0=5", "t0 is given twice"),
    ],
)
def test_what_cannot_be_served_is_refused_by_name(what: str, query: str, said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        PARSERS[what](query)
    assert str(refused.value).startswith(said)
