"""Which source the arguments of `runproducer` make, and what is said of those that make none."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from ticks.producer.sources import choice
from ticks.producer.sources.call import Call
from ticks.producer.sources.host import HostSource
from ticks.producer.sources.kinds import Sampled, Streamed
from ticks.producer.sources.replay import Replay
from ticks.producer.sources.simulation import Simulation
from ticks.producer.sources.stdin import Stdin


def options(*arguments: str) -> dict[str, Any]:
    parser = ArgumentParser()
    choice.add_arguments(parser)
    return vars(parser.parse_args(arguments))


@pytest.fixture
def recording(tmp_path: Path) -> str:
    (tmp_path / "a.jsonl").write_text('{"ts":1}\n{"ts":3}\n')
    return str(tmp_path / "a.jsonl")


@pytest.mark.parametrize(
    ("arguments", "kind", "source"),
    [
        ((), Sampled, HostSource),
        (("host",), Sampled, HostSource),
        (("simulation", "--agents", "3", "--seed", "7", "--rate", "100"), Sampled, Simulation),
        (("stdin",), Streamed, Stdin),
        (("examples.thermometer:readings",), Streamed, Call),
    ],
)
def test_each_source_is_made_by_its_name(arguments: tuple[str, ...], kind: type, source: type) -> None:
    made = choice.make(options(*arguments))
    assert isinstance(made, kind)
    assert isinstance(made, source)
    assert isinstance(made, Sampled) != isinstance(made, Streamed)


def test_the_options_of_a_replay_may_stand_anywhere(recording: str) -> None:
    for arguments in (
        ("replay", recording, recording, "--speed", "max", "--ts", "shift"),
        ("--speed", "max", "replay", recording, "--ts", "shift", recording),
        ("replay", "--ts", "shift", "--speed", "max", recording, recording),
    ):
        made = choice.make(options(*arguments))
        assert isinstance(made, Replay)
        assert isinstance(made, Streamed)
        assert options(*arguments) == options("replay", recording, recording, "--speed", "max", "--ts", "shift")


def test_the_simulation_is_that_of_its_seed_and_agents() -> None:
    made = choice.make(options("simulation", "--agents", "3", "--seed", "7"))
    assert isinstance(made, Simulation)
    assert made.sample() == Simulation(3, 7).sample()
    by_default = choice.make(options("simulation"))
    assert isinstance(by_default, Simulation)
    assert by_default.sample() == Simulation().sample()


def test_a_rate_is_a_number_or_max_and_10_if_none_is_given() -> None:
    assert choice.rate(options("simulation")) == 10
    assert choice.rate(options("simulation", "--rate", "0.5")) == 0.5
    assert choice.rate(options("simulation", "--rate", "max")) == math.inf


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("hots",),
            "there is no source 'hots': use host, stdin, replay FILE…, simulation, or package.module:callable",
        ),
        (("host", "a.jsonl"), "host takes no files (a.jsonl); replay does: runproducer replay FILE…"),
        (("stdin", "a.jsonl"), "stdin takes no files (a.jsonl); replay does: runproducer replay FILE…"),
        (("host", "--speed", "2"), "--speed goes with replay, not with host"),
        (("stdin", "--ts", "keep"), "--ts goes with replay, not with stdin"),
        (("replay", "--rate", "max"), "--rate goes with simulation, not with replay"),
        (("host", "--agents", "3"), "--agents goes with simulation, not with host"),
        (("a:b", "--seed", "0"), "--seed goes with simulation, not with a:b"),
        (("replay",), "replay needs a recording: runproducer replay FILE…"),
        (("replay", "a", "--speed", "0"), "--speed 0 is not possible: use 0.001 to 1e+06, or max"),
        (("replay", "a", "--speed", "fast"), "--speed fast is not possible: use 0.001 to 1e+06, or max"),
        (("replay", "a", "--speed", "nan"), "--speed nan is not possible: use 0.001 to 1e+06, or max"),
        (("replay", "a", "--speed", "inf"), "--speed inf is not possible: use 0.001 to 1e+06, or max"),
        (("replay", "a", "--ts", "now"), "--ts now is not possible: use keep or shift"),
        (("replay", "no/such/file"), "no/such/file can't be opened: No such file or directory"),
        (("simulation", "--rate", "-1"), "--rate -1 is not possible: use 0.001 to 100000, or max"),
        (("simulation", "--agents", "0"), "0 agents are outside 2 to 1000"),
        (("nowhere:readings",), "there is no module nowhere: use one in this directory"),
    ],
)
def test_what_makes_no_source_is_said_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        choice.make(options(*arguments))
    assert str(raised.value).startswith(said)
