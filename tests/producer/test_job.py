"""What the options of `runproducer` come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ticks.management.commands.runproducer import Command
from ticks.producer.job import Job


def job(*arguments: str) -> Job:
    parser = Command().create_parser("manage.py", "runproducer")
    options: dict[str, Any] = vars(parser.parse_args(list(arguments)))
    return Job.of(options)


@pytest.mark.parametrize(
    ("arguments", "pace"),
    [
        (("host",), ("every 1 s", 1.0, 1)),
        (("host", "--interval", "0.05"), ("every 0.05 s", 0.05, 1)),
        (("simulation",), ("10 ticks/s", 0.1, 1)),
        (("simulation", "--rate", "1000"), ("1000 ticks/s", 0.001, 1)),
        (("simulation", "--rate", "1001"), ("1001 ticks/s", 2 / 1001, 2)),
        (("simulation", "--rate", "20000"), ("20000 ticks/s", 0.001, 20)),
        (("simulation", "--rate", "0.001"), ("0.001 ticks/s", 1000.0, 1)),
        (("simulation", "--rate", "max"), ("as fast as it goes", None, 1)),
        (("stdin",), None),
    ],
)
def test_the_pace(arguments: tuple[str, ...], pace: tuple[object, ...] | None) -> None:
    assert job(*arguments).pace == pace


@pytest.mark.parametrize("rate", [1e5, 99999.7, 1000.1, 3000, 7777.7])
def test_no_rate_needs_more_deadlines_than_there_can_be(rate: float) -> None:
    pace = job("simulation", "--rate", str(rate)).pace
    assert pace is not None
    assert pace.interval is not None
    assert pace.interval >= 0.001
    assert pace.at_once / pace.interval == pytest.approx(rate)


def test_only_planned_ticks_have_the_fields_of_a_schedule() -> None:
    for arguments, planned in (
        (("host",), True),
        (("simulation", "--rate", "5"), True),
        (("simulation", "--rate", "max"), False),
    ):
        fields = job(*arguments).fields
        assert fields is not None
        assert ("monitor.late_ms" in fields) is planned
    assert job("stdin").fields is None, "what is known of the stream's fields stays"


def test_only_a_source_with_an_end_has_progress(tmp_path: Path) -> None:
    recording = tmp_path / "recording.jsonl"
    recording.write_text('{"i":1}\n')
    assert job("replay", str(recording)).progress() == 0
    assert job("host").progress() is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("host", "--interval", "0"), "an interval of 0.0 s is outside 0.001 to 3600 s"),
        (("simulation", "--interval", "1"), "--interval goes with host, not with simulation"),
        (("host", "--ticks", "-5"), "--ticks -5 is not possible: use more than 0"),
        (("host", "--duration", "nan"), "--duration nan is not possible: use more than 0"),
        (("stdin", "--downsample", "0"), "--downsample 0 is not possible: use more than 0"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        job(*arguments)
