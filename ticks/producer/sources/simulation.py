"""The source `simulation`: agents that chase, feed and exhaust each other, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

EDGE = 500_000
"""The agents begin so far from the middle at most, in thousandths, as all is counted here."""
INCOME = 400
"""The energy that each agent gains a tick; moving costs it again, and the more it has the more it loses."""
ENERGY = 128_000
"""What an agent begins with."""
MOODS = ("spent", "tired", "calm", "awake", "lively", "eager", "wild", "wrath")
"""By energy, in steps of 32.768."""
MIN_AGENTS, MAX_AGENTS = 2, 1000

FIELDS: dict[str, dict[str, str]] = {
    "energy": {"unit": "", "label": "Energy of all agents"},
    "width": {"unit": "", "label": "Width of the crowd"},
    "height": {"unit": "", "label": "Height of the crowd"},
}


class Simulation:
    """Each agent chases the next one, is drawn to the middle and blown about; energy flows between neighbours.

    All is counted in whole thousandths, so that a record's numbers have three decimals without rounding.
    A record has about 125 bytes an agent. A seed gives the same records in every process.
    """

    fields: Mapping[str, Mapping[str, str]] = FIELDS

    def __init__(self, agents: int = 11, seed: int = 0) -> None:
        """Raises `ValueError` for a number of agents that is not offered."""
        if not MIN_AGENTS <= agents <= MAX_AGENTS:
            raise ValueError(f"{agents} agents are outside {MIN_AGENTS} to {MAX_AGENTS}")
        self._random = Random(seed)
        names = [f"agent-{i:02}" for i in range(1, agents + 1)]
        self._names = [(name, ahead) for name, ahead in zip(names, _ahead(names), strict=True)]
        self._x = [self._random.randint(-EDGE, EDGE) for _ in names]
        self._y = [self._random.randint(-EDGE, EDGE) for _ in names]
        self._vx = [0] * agents
        self._vy = [0] * agents
        self._energy = [ENERGY] * agents

    def sample(self) -> dict[str, Any]:
        """Let a tick pass; the record is built anew."""
        self._move()
        self._feed()
        moods = MOODS
        return {
            "energy": sum(self._energy) / 1000,
            "width": (max(self._x) - min(self._x)) / 1000,
            "height": (max(self._y) - min(self._y)) / 1000,
            "agents": [
                {
                    "name": name,
                    "chases": ahead,
                    "x": x / 1000,
                    "y": y / 1000,
                    "vx": vx / 1000,
                    "vy": vy / 1000,
                    "energy": energy / 1000,
                    "mood": moods[energy >> 15 & 7],
                }
                for (name, ahead), x, y, vx, vy, energy in zip(
                    self._names, self._x, self._y, self._vx, self._vy, self._energy, strict=True
                )
            ],
        }

    def _move(self) -> None:
        gusts, count = self._random.randbytes(2 * len(self._x)), len(self._x)
        self._vx = _pulled(self._vx, self._x, gusts[:count])
        self._vy = _pulled(self._vy, self._y, gusts[count:])
        self._x = [at + by for at, by in zip(self._x, self._vx, strict=True)]
        self._y = [at + by for at, by in zip(self._y, self._vy, strict=True)]

    def _feed(self) -> None:
        """Energy flows from the richer to the poorer neighbour."""
        energy = self._energy
        flow = [(ahead - own) >> 4 for own, ahead in zip(energy, _ahead(energy), strict=True)]
        self._energy = [
            own - (own >> 9) + INCOME + gain - loss - ((vx * vx + vy * vy) >> 18)
            for own, gain, loss, vx, vy in zip(energy, flow, flow[-1:] + flow[:-1], self._vx, self._vy, strict=True)
        ]


def _pulled(speed: list[int], at: list[int], gusts: bytes) -> list[int]:
    """The speed along one axis: less a drag, with a pull to the agent ahead and to the middle, and a gust."""
    return [
        v - (v >> 4) + ((ahead - own - own) >> 8) + (gust << 4) - 2040
        for v, own, ahead, gust in zip(speed, at, _ahead(at), gusts, strict=True)
    ]


def _ahead(values: list[T]) -> list[T]:
    return values[1:] + values[:1]
