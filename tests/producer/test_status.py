"""The words for how a producer stands."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from ticks.producer.status import Status, as_json, in_a_line, in_total, in_words, look
from ticks.producer.tally import Tally


class Writing(NamedTuple):
    stream: str = "main"
    epoch: str = "0mi8x7k2a1b2c"
    owed: int = 0
    raw_bytes: int = 84_123
    stored_bytes: int = 84_100
    unarchived: int = 0


LATE = {"p50": 0.1, "p99": 0.3, "max": 0.4}
STATUS = Status(1763700000.5, "main", "0mi8x7k2a1b2c", 60, 1.0, LATE, 0, 84_123, 84_100, 0, 0, None)


def status(**changed: Any) -> Status:
    return STATUS._replace(**changed)


def test_a_line_of_the_log() -> None:
    assert in_words(STATUS) == (
        "main: 60 ticks, 1.0/s, late p50 0.1 p99 0.3 max 0.4 ms, owed 0, raw 84.1 kB, stored 84.1 kB"
    )


def test_what_there_is_none_of_is_not_mentioned_and_what_is_lost_is() -> None:
    lost = status(ticks=1, rate=0.0, late_ms=None, owed=1234, skipped=2, unarchived=3, progress=0.5)
    assert in_words(lost) == (
        "main: 1 tick, 0.0/s, owed 1,234, skipped 2, not archived 3, raw 84.1 kB, stored 84.1 kB, 50% read"
    )


def test_the_total() -> None:
    assert in_total(status(ticks=90, skipped=1), 60.0) == (
        "main: ended after 90 ticks in 60.0 s (1.5/s), owed 0, skipped 1, raw 84.1 kB, stored 84.1 kB"
    )
    assert "0 ticks in 0.0 s (0.0/s)" in in_total(status(ticks=0), 0.0)


def test_a_line_of_a_terminal_of_80_columns_says_all() -> None:
    assert in_a_line(status(ticks=3600, raw_bytes=3_000_000, stored_bytes=3_000_000), 80) == (
        "main 3,600 ticks 1.0/s owed 0 late 0.1/0.3/0.4 ms raw 3.0 MB stored 3.0 MB"
    )
    assert in_a_line(STATUS, 200).startswith("main  60 ticks  1.0/s  owed 0  ")


def test_a_line_of_a_terminal_fits_and_cuts_no_number() -> None:
    parts = in_a_line(status(progress=0.3), 200).split("  ")
    shorter = [" ".join(parts[:count]) for count in range(len(parts) + 1)]
    for width in range(130):
        line = in_a_line(status(progress=0.3), width)
        assert len(line) <= max(0, width - 1)
        assert line.replace("  ", " ") in shorter


@pytest.mark.parametrize(
    ("progress", "bar"), [(0.0, "░░░░░░░░░░   0%"), (0.42, "████░░░░░░  42%"), (1.0, "██████████ 100%")]
)
def test_a_source_with_an_end_has_a_bar(progress: float, bar: str) -> None:
    assert in_a_line(status(progress=progress), 200).startswith(f"{bar}  main")
    plain = in_a_line(status(progress=progress), 200, plain=True)
    assert plain.startswith(bar.replace("█", "#").replace("░", "."))
    assert plain.isascii()


@pytest.mark.parametrize(
    ("count", "size"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_960, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5_000_000_000_000_000, "5,000.0 TB"),
    ],
)
def test_sizes(count: int, size: str) -> None:
    assert in_words(status(raw_bytes=count)).split("raw ")[1].split(", stored")[0] == size


@pytest.mark.parametrize(
    ("rate", "said"), [(0.0, "0.0/s"), (0.0166, "0.017/s"), (1.0, "1.0/s"), (99.9, "99.9/s"), (20123.4, "20,123/s")]
)
def test_rates(rate: float, said: str) -> None:
    assert f" {said}," in in_words(status(rate=rate))


def test_json_has_every_key_and_the_end_is_told() -> None:
    assert json.loads(as_json(STATUS)) == STATUS._asdict()
    assert json.loads(as_json(STATUS, end=True)) == {**STATUS._asdict(), "end": True}


def test_a_look_takes_what_the_writer_and_the_tally_know() -> None:
    tally = Tally()
    for _ in range(5):
        tally.wrote()
    tally.skipped()
    seen = look(Writing(owed=3, unarchived=1), tally, 1 / 3)
    assert (seen.stream, seen.epoch, seen.ticks, seen.owed) == ("main", "0mi8x7k2a1b2c", 5, 3)
    assert (seen.skipped, seen.unarchived, seen.late_ms, seen.progress) == (1, 1, None, 0.3333)
    assert (seen.raw_bytes, seen.stored_bytes) == (84_123, 84_100)
    tally.late(2.0)
    late = look(Writing(), tally, None).late_ms
    assert late is not None
    assert late["max"] == 2.0
