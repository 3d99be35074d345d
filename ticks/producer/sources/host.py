"""The source `host`: what this machine is doing, by psutil. Rates are per second, from counters."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import psutil

PSEUDO_FILESYSTEMS = {"squashfs", "iso9660", "overlay", "tmpfs", "devtmpfs", "ramfs", "autofs", "nsfs"}
BUSY = ("user", "nice", "system", "irq", "softirq", "steal")
"""What a CPU does when it does something; a guest's time is the user's already."""

_DISK = {"total": "B", "used": "B", "free": "B", "percent": "%"}
_RATES = {"recv_bps": ("B/s", "received"), "sent_bps": ("B/s", "sent")}

FIELDS: dict[str, dict[str, str]] = {
    path: {"unit": unit, "label": label}
    for path, unit, label in (
        ("cpu.percent", "%", "CPU"),
        ("cpu.user", "%", "CPU user"),
        ("cpu.system", "%", "CPU system"),
        ("cpu.iowait", "%", "CPU waiting for disks"),
        ("cpu.cores.*", "%", "CPU core"),
        ("load.m1", "", "Load, 1 minute"),
        ("load.m5", "", "Load, 5 minutes"),
        ("load.m15", "", "Load, 15 minutes"),
        ("memory.total", "B", "Memory"),
        ("memory.used", "B", "Memory used"),
        ("memory.available", "B", "Memory available"),
        ("memory.cached", "B", "Memory cached"),
        ("memory.percent", "%", "Memory used"),
        ("swap.total", "B", "Swap"),
        ("swap.used", "B", "Swap used"),
        ("swap.percent", "%", "Swap used"),
        *((f"disks.*.{key}", unit, f"Disk {key}") for key, unit in _DISK.items()),
        ("disk_io.read_bps", "B/s", "Disk read"),
        ("disk_io.write_bps", "B/s", "Disk written"),
        ("disk_io.read_iops", "1/s", "Disk reads"),
        ("disk_io.write_iops", "1/s", "Disk writes"),
        ("network.recv_bps", "B/s", "Network received"),
        ("network.sent_bps", "B/s", "Network sent"),
        ("network.recv_pps", "1/s", "Packets received"),
        ("network.sent_pps", "1/s", "Packets sent"),
        ("network.errors", "", "Network errors"),
        ("network.drops", "", "Packets dropped"),
        *((f"interfaces.*.{key}", unit, f"Interface {label}") for key, (unit, label) in _RATES.items()),
        ("processes.total", "", "Processes"),
        ("processes.running", "", "Processes running"),
        ("temperatures.*", "°C", "Temperature"),
        ("uptime_s", "s", "Uptime"),
    )
}


class Counters(NamedTuple):
    """Ever-growing counters, and the monotonic time at which they were read."""

    at: float
    disk: Any
    network: Any
    interfaces: dict[str, Any]


class HostSource:
    """Samples the host; the first sample's rates cover the time since it was made."""

    fields: Mapping[str, Mapping[str, str]] = FIELDS

    def __init__(self) -> None:
        self._before = _read_counters()
        self.sample()  # the first one takes twice as long, and CPU shares need one before them

    def sample(self) -> dict[str, Any]:
        before, self._before = self._before, _read_counters()
        record = {
            "cpu": _cpu(),
            "load": dict(zip(("m1", "m5", "m15"), (round(load, 2) for load in psutil.getloadavg()), strict=True)),
            "memory": _memory(),
            "swap": _swap(),
            "disks": _disks(),
            **_rates(before, self._before),
            "processes": _processes(),
            "uptime_s": round(_uptime()),
        }
        temperatures = _temperatures()
        return {**record, "temperatures": temperatures} if temperatures else record


def _read_counters() -> Counters:
    return Counters(
        time.monotonic(),
        psutil.disk_io_counters(),
        psutil.net_io_counters(),
        psutil.net_io_counters(pernic=True),
    )


def _cpu() -> dict[str, Any]:
    times = psutil.cpu_times_percent()
    cores = psutil.cpu_percent(percpu=True)
    return {
        "percent": min(100.0, round(sum(getattr(times, name, 0.0) for name in BUSY), 1)),
        "user": times.user,
        "system": times.system,
        "iowait": getattr(times, "iowait", 0.0),
        "cores": cores,
    }


def _memory() -> dict[str, Any]:
    memory = psutil.virtual_memory()
    return {
        "total": memory.total,
        "used": memory.used,
        "available": memory.available,
        "cached": getattr(memory, "cached", 0),
        "percent": memory.percent,
    }


def _swap() -> dict[str, Any]:
    swap = psutil.swap_memory()
    return {"total": swap.total, "used": swap.used, "percent": swap.percent}


def _disks() -> dict[str, Any]:
    """By mount point, each device once. A dot in a mount point is shown as `_`: dots part a field's path."""
    disks: dict[str, Any] = {}
    seen: set[str] = set()
    for partition in psutil.disk_partitions():
        if partition.fstype in PSEUDO_FILESYSTEMS or partition.device in seen:
            continue
        if not os.path.isdir(partition.mountpoint):
            continue  # a single file, bound into a container
        usage = _usage(partition.mountpoint)
        if usage is not None:
            seen.add(partition.device)
            disks[partition.mountpoint.replace(".", "_")] = usage
    if not disks and (usage := _usage("/")) is not None:
        # In a container the root is an overlay, and the only disk there is.
        disks["/"] = usage
    return disks


def _usage(mount: str) -> dict[str, Any] | None:
    try:
        usage = psutil.disk_usage(mount)
    except OSError:
        return None
    return {"total": usage.total, "used": usage.used, "free": usage.free, "percent": usage.percent}


def _rates(before: Counters, now: Counters) -> dict[str, Any]:
    seconds = max(now.at - before.at, 1e-6)

    def rate(old: Any, new: Any, name: str) -> float:
        """0 where a counter is missing, has just appeared or was reset."""
        if old is None or new is None:
            return 0.0
        grown: int = getattr(new, name) - getattr(old, name)
        return round(max(0, grown) / seconds, 1)

    def total(*names: str) -> int:
        return sum(getattr(now.network, name, 0) for name in names)

    return {
        "disk_io": {
            "read_bps": rate(before.disk, now.disk, "read_bytes"),
            "write_bps": rate(before.disk, now.disk, "write_bytes"),
            "read_iops": rate(before.disk, now.disk, "read_count"),
            "write_iops": rate(before.disk, now.disk, "write_count"),
        },
        "network": {
            "recv_bps": rate(before.network, now.network, "bytes_recv"),
            "sent_bps": rate(before.network, now.network, "bytes_sent"),
            "recv_pps": rate(before.network, now.network, "packets_recv"),
            "sent_pps": rate(before.network, now.network, "packets_sent"),
            "errors": total("errin", "errout"),
            "drops": total("dropin", "dropout"),
        },
        "interfaces": {
            name.replace(".", "_"): {
                "recv_bps": rate(before.interfaces.get(name), counters, "bytes_recv"),
                "sent_bps": rate(before.interfaces.get(name), counters, "bytes_sent"),
            }
            for name, counters in now.interfaces.items()
        },
    }


def _processes() -> dict[str, int]:
    """`running` counts what runs or could: on Linux threads, which the kernel has counted, elsewhere processes.

    To read the state of each process would take as long as all the rest of a sample, and longer the more there are.
    """
    return {"total": len(psutil.pids()), "running": _running()}


def _running() -> int:
    try:
        with open("/proc/stat", "rb") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(b"procs_running"))
    except (OSError, StopIteration):
        return sum(process.info["status"] == psutil.STATUS_RUNNING for process in psutil.process_iter(["status"]))


def _uptime() -> float:
    """Seconds since the machine was started; a step of the wall clock does not change it."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.time() - psutil.boot_time()


def _temperatures() -> dict[str, float]:
    """The hottest sensor of each chip, in °C; nothing on systems that have none."""
    read = getattr(psutil, "sensors_temperatures", dict)
    return {
        chip.replace(".", "_"): max(sensor.current for sensor in sensors) for chip, sensors in read().items() if sensors
    }
