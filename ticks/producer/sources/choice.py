"""Which source the operator chose: the arguments of `runproducer`, and the source that they make."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from ticks.producer.sources.call import Call
from ticks.producer.sources.host import HostSource
from ticks.producer.sources.kinds import Sampled, Streamed
from ticks.producer.sources.replay import Replay
from ticks.producer.sources.simulation import Simulation
from ticks.producer.sources.stdin import Stdin

NAMES = "host, stdin, replay FILE…, simulation, or package.module:callable"
GOES_WITH = {"speed": "replay", "ts": "replay", "rate": "simulation", "agents": "simulation", "seed": "simulation"}
"""The one source that an option is for."""


def add_arguments(parser: ArgumentParser) -> None:
    """The source, its files and its options; those that are not given are None."""
    parser.add_argument("source", nargs="?", default="host", help=f"{NAMES}; default: host")
    parser.add_argument("files", nargs="*", metavar="FILE", help="replay: recordings, played in this order")
    parser.add_argument("--speed", metavar="X|max", help="replay: so many times as fast, 0.001 to 1e6; default: 1")
    parser.add_argument("--ts", metavar="keep|shift", help="replay: the recorded times, or those of now; default: keep")
    parser.add_argument("--rate", metavar="R|max", help="simulation: ticks a second, 0.001 to 100000; default: 10")
    parser.add_argument("--agents", type=int, metavar="N", help="simulation: 2 to 1000; default: 11")
    parser.add_argument("--seed", type=int, metavar="N", help="simulation: another seed, another run; default: 0")
    # An option may stand between the source and its files, which argparse takes only when asked.
    parser.parse_args = parser.parse_intermixed_args  # type: ignore[method-assign]


def make(options: Mapping[str, Any]) -> Sampled | Streamed:
    """The source that was chosen. Raises `ValueError` with a sentence for the operator where there is none."""
    name, files = options["source"], options.get("files") or []
    for option, owner in GOES_WITH.items():
        if options.get(option) is not None and name != owner:
            raise ValueError(f"--{option} goes with {owner}, not with {name}")
    if files and name != "replay":
        raise ValueError(f"{name} takes no files ({files[0]}); replay does: runproducer replay FILE…")
    if name == "host":
        return HostSource()
    if name == "simulation":
        return _simulation(options)
    if name == "stdin":
        return Stdin()
    if name == "replay":
        return _replay(files, options)
    if ":" in name:
        return Call(name)
    raise ValueError(f"there is no source {name!r}: use {NAMES}")


def rate(options: Mapping[str, Any]) -> float:
    """Ticks a second of the simulation, `inf` for as many as there can be. Raises `ValueError`."""
    return _number_or_max("rate", options.get("rate"), 0.001, 100_000, default=10.0)


def _simulation(options: Mapping[str, Any]) -> Sampled:
    rate(options)
    return Simulation(**{name: options[name] for name in ("agents", "seed") if options.get(name) is not None})


def _replay(files: list[str], options: Mapping[str, Any]) -> Streamed:
    speed = _number_or_max("speed", options.get("speed"), 0.001, 1e6, default=1.0)
    ts = options.get("ts") or "keep"
    if ts not in ("keep", "shift"):
        raise ValueError(f"--ts {ts} is not possible: use keep or shift")
    if not files:
        raise ValueError("replay needs a recording: runproducer replay FILE…")
    return Replay(files, speed=speed, shift=ts == "shift")


def _number_or_max(option: str, given: str | float | None, least: float, most: float, default: float) -> float:
    if given is None:
        return default
    if given == "max":
        return math.inf
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise ValueError(f"--{option} {given} is not possible: use {least:g} to {most:g}, or max")
    return number
