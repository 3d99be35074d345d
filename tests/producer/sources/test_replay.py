"""The source `replay`: when each record is due, under which time it goes, and what is no recording."""

from __future__ import annotations

import gzip
import json
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ticks.producer.sources.kinds import Bad, Item, SourceError
from ticks.producer.sources.replay import Replay, Timeline

Recording = Callable[..., str]


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Writes records, or lines as they are, to a file; returns its path."""

    def write(*records: Any, name: str = "a.jsonl", pack: Callable[[bytes], bytes] = bytes) -> str:
        lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
        (tmp_path / name).write_bytes(pack(b"\n".join(lines) + b"\n"))
        return str(tmp_path / name)

    return write


def played(replay: Replay) -> list[Item]:
    found = list(replay.records(threading.Event()))
    assert all(isinstance(one, Item) for one in found)
    return [one for one in found if isinstance(one, Item)]


def dues(*files: str, speed: float = 1.0) -> list[float | None]:
    return [item.due for item in played(Replay(files, speed=speed))]


def at(*times: float) -> list[dict[str, float]]:
    return [{"ts": ts} for ts in times]


def test_each_record_is_due_as_long_after_the_first_as_it_was_recorded(recording: Recording) -> None:
    assert dues(recording(*at(1000.5, 1000.75, 1002.5))) == [0, 0.25, 2]


def test_twice_as_fast_takes_half_as_long_and_max_does_not_wait(recording: Recording) -> None:
    file = recording(*at(1000, 1001, 1004))
    assert dues(file, speed=2) == [0, 0.5, 2]
    assert dues(file, speed=0.5) == [0, 2, 8]
    assert dues(file, speed=math.inf) == [None, None, None]


def test_while_the_recorded_clock_steps_back_no_time_passes(recording: Recording) -> None:
    assert dues(recording(*at(1000, 1002, 500, 503))) == [0, 2, 2, 5]


def test_a_long_silence_is_kept(recording: Recording) -> None:
    assert dues(recording(*at(0, 86400))) == [0, 86400]


def test_a_record_without_a_time_follows_at_once(recording: Recording) -> None:
    records = ({}, {"ts": 10}, {"ts": "noon"}, {"ts": 12}, {"ts": True}, {"ts": 10**400}, {"ts": 13})
    assert dues(recording(*records)) == [0, 0, 0, 2, 2, 2, 3]


def test_several_files_are_one_recording(recording: Recording) -> None:
    first = recording({"ts": 10, "i": 1}, {"ts": 11, "i": 2}, name="z.jsonl")
    second = recording({"ts": 14, "i": 3}, name="a.jsonl")
    assert [(item.record["i"], item.due, item.where) for item in played(Replay([first, second]))] == [
        (1, 0, f"{first} line 1"),
        (2, 1, f"{first} line 2"),
        (3, 4, f"{second} line 1"),
    ]


def test_the_recorded_times_are_kept(recording: Recording) -> None:
    assert [item.ts for item in played(Replay([recording(*at(10, 11))]))] == [None, None]


@pytest.mark.parametrize(("speed", "passed"), [(1.0, 3.0), (2.0, 1.5), (math.inf, 3.0)])
def test_shifted_times_are_those_at_which_it_is_played(recording: Recording, speed: float, passed: float) -> None:
    before = time.time()
    first, last = (item.ts for item in played(Replay([recording(*at(10, 13))], speed=speed, shift=True)))
    assert first is not None
    assert last is not None
    assert before <= first <= time.time()
    assert last - first == pytest.approx(passed)


@given(st.lists(st.floats(-1e12, 1e12)), st.floats(0.001, 1e6))
def test_due_times_never_go_back(times: list[float], speed: float) -> None:
    timeline = Timeline(speed, None)
    due = [timeline.place(Item({"ts": ts}, "")).due for ts in times]
    assert all(one is not None and one >= 0 for one in due)
    assert due == sorted(due, key=lambda one: one or 0.0)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress], ids=["", "gz", "zst"])
def test_a_bad_line_is_named_and_the_others_are_played(recording: Recording, pack: Callable[[bytes], bytes]) -> None:
    file = recording({"ts": 1}, b"oops", {"ts": 2}, pack=pack)
    assert list(Replay([file]).records(threading.Event())) == [
        Item({"ts": 1}, f"{file} line 1", 0),
        Bad(f"{file} line 2", "not JSON, column 1: expecting value"),
        Item({"ts": 2}, f"{file} line 3", 1),
    ]


def test_damage_is_an_error_after_what_comes_before(recording: Recording) -> None:
    def damaged(data: bytes) -> bytes:
        return zstandard.ZstdCompressor().compress(data) + zstandard.ZstdCompressor().compress(data)[:10]

    file = recording({"ts": 1}, {"ts": 2}, pack=damaged)
    after = recording({"ts": 3}, name="b.jsonl")
    records = Replay([file, after]).records(threading.Event())
    assert [next(records), next(records)] == [
        Item({"ts": 1}, f"{file} line 1", 0),
        Item({"ts": 2}, f"{file} line 2", 1),
    ]
    with pytest.raises(SourceError, match=r"a.jsonl is cut off"):
        next(records)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no recording, which has a JSON object on each line (it is empty)"),
        (b"\n\n", "no recording, which has a JSON object on each line (it is empty)"),
        (b"time,value\n1,2\n", "(line 2: not JSON, column 2: extra data)"),
        (b"\x28\xb5\x2f\xfd\x00", "is cut off"),
        (b"\x1f\x8bno gzip", "is damaged"),
    ],
)
def test_what_is_no_recording_is_said_before_anything_is_played(
    recording: Recording, tmp_path: Path, content: bytes, said: str
) -> None:
    good, bad = recording({"ts": 1}), tmp_path / "b"
    bad.write_bytes(content)
    with pytest.raises(ValueError, match="b is ") as raised:
        Replay([good, str(bad)])
    assert said in str(raised.value)


def test_progress_is_the_share_of_what_was_read(recording: Recording) -> None:
    files = [recording(*at(*range(5000)), name=name, pack=gzip.compress) for name in ("a", "b")]
    replay = Replay(files)
    seen = [replay.progress]
    for _ in replay.records(threading.Event()):
        seen.append(replay.progress)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)
    assert 0.4 < seen[5000] <= 0.5 < seen[-2]


def test_it_stops_when_told_to(recording: Recording) -> None:
    stop = threading.Event()
    records = Replay([recording(*at(*range(20_000)))]).records(stop)
    next(records)
    stop.set()
    assert len(list(records)) < 20_000 - 1
