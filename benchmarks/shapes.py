"""Ticks to fill archives with: sources that need no machine and no time. Django must be set up."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from ticks.producer.sources.simulation import Simulation

GIB = 1 << 30
CORES, PAGE = 4, 4096
DISKS = {"/": 250, "/home": 500, "/srv/media": 8000, "/var/lib/data": 2000, "/boot/efi": 1}
"""GiB each."""
INTERFACES = ("lo", "eth0", "eth1", "wg0", "docker0", "veth3f2a91c")


class Walk:
    """A value that goes up and down by random steps, between two limits."""

    def __init__(self, random: Random, low: float, high: float, step: float) -> None:
        self._random, self._low, self._high, self._step = random.random, low, high, step
        self.value = low + (high - low) * random.random()

    def next(self) -> float:
        value = self.value + (self._random() - 0.5) * self._step
        self.value = min(self._high, max(self._low, value))
        return self.value


class HostLike:
    """Records as the source `host` makes them, of a server with 4 cores that is busy at times."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random = Random(seed)
        self._seconds = 1_000_000
        self._busy = Walk(random, 0.0, 1.0, 0.02)
        self._cores = [Walk(random, 0.1, 1.0, 0.1) for _ in range(CORES)]
        self._memory = Walk(random, 4 * GIB, 12 * GIB, 4 << 20)
        self._cached = Walk(random, 2 * GIB, 3 * GIB, 1 << 20)
        self._load = [0.0, 0.0, 0.0]
        self._disks = {mount: 0.4 * GIB * gib for mount, gib in DISKS.items()}
        self._processes = Walk(random, 180, 260, 2)
        self._temperatures = {"coretemp": Walk(random, 40, 70, 1), "nvme": Walk(random, 35, 45, 0.3)}

    def sample(self) -> dict[str, Any]:
        """Let a second pass."""
        self._seconds += 1
        busy = self._busy.next()
        cores = [round(100 * busy * core.next(), 1) for core in self._cores]
        mean = sum(cores) / CORES
        system = round(mean * 0.2, 1)
        disk_io = self._disk_io(busy)
        return {
            "cpu": {
                "percent": round(mean, 1),
                "user": round(mean * 0.78, 1),
                "system": system,
                "iowait": round(system * 0.1, 1),
                "cores": cores,
            },
            "load": self._loads(mean / 100 * CORES),
            "memory": self._memory_used(),
            "swap": {"total": 2 * GIB, "used": 0, "percent": 0.0},
            "disks": self._disks_used(disk_io["write_bps"]),
            "disk_io": disk_io,
            **self._traffic(busy),
            "processes": {"total": int(self._processes.next()), "running": 1 + int(mean / 100 * CORES)},
            "uptime_s": self._seconds,
            "temperatures": {chip: float(round(walk.next())) for chip, walk in self._temperatures.items()},
        }

    def _loads(self, running: float) -> dict[str, float]:
        pairs = zip(self._load, (60, 300, 900), strict=True)
        self._load = [load + (running - load) / seconds for load, seconds in pairs]
        return dict(zip(("m1", "m5", "m15"), (round(load, 2) for load in self._load), strict=True))

    def _memory_used(self) -> dict[str, float]:
        used, cached, total = (int(v) // PAGE * PAGE for v in (self._memory.next(), self._cached.next(), 16 * GIB))
        percent = round(100 * used / total, 1)
        return {"total": total, "used": used, "available": total - used, "cached": cached, "percent": percent}

    def _disks_used(self, written: float) -> dict[str, dict[str, float]]:
        self._disks["/var/lib/data"] += written * 0.1
        found = {}
        for mount, gib in DISKS.items():
            total, used = gib * GIB, int(self._disks[mount]) // PAGE * PAGE
            percent = round(100 * used / total, 1)
            found[mount] = {"total": total, "used": used, "free": total - used, "percent": percent}
        return found

    def _disk_io(self, busy: float) -> dict[str, float]:
        """Nobody reads or writes at most times, and always whole pages."""
        reads = int(busy * self._random.expovariate(0.05)) if self._random.random() < 0.2 else 0
        writes = int(busy * self._random.expovariate(0.02)) if self._random.random() < 0.4 else 0
        return {
            "read_bps": round(reads * 4.0 * PAGE, 1),
            "write_bps": round(writes * 2.0 * PAGE, 1),
            "read_iops": float(reads),
            "write_iops": float(writes),
        }

    def _traffic(self, busy: float) -> dict[str, Any]:
        received = round(busy * self._random.uniform(10_000, 200_000), 1)
        sent = round(busy * self._random.uniform(5_000, 900_000), 1)
        inside = round(received * 0.1, 1) if self._random.random() < 0.3 else 0.0
        rates = {"eth0": (received, sent), "wg0": (0.0, 0.0), "lo": (0.0, 0.0)}
        packets = {"recv_pps": round(received / 700, 1), "sent_pps": round(sent / 900, 1), "errors": 0, "drops": 12}
        return {
            "network": {"recv_bps": round(received + inside, 1), "sent_bps": round(sent + inside, 1), **packets},
            "interfaces": {
                name: dict(zip(("recv_bps", "sent_bps"), rates.get(name, (inside, inside)), strict=True))
                for name in INTERFACES
            },
        }


class Wide:
    """The simulation with 16 numbers more, so that it has 20."""

    def __init__(self) -> None:
        self._simulation, random = Simulation(), Random(0)
        self._walks = {f"value_{i:02}": Walk(random, -1000, 1000, 1) for i in range(1, 17)}

    def sample(self) -> dict[str, Any]:
        return {**self._simulation.sample(), **{name: round(walk.next(), 3) for name, walk in self._walks.items()}}


SOURCES: Mapping[str, type[Simulation | HostLike | Wide]] = {"simulation": Simulation, "host": HostLike, "wide": Wide}
