"""The source `host` on this very machine."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psutil

from tests.support.lines import encode
from ticks.producer.sources.host import FIELDS, Counters, HostSource, _rates

UNITS = {"%", "B", "B/s", "1/s", "°C", "s", ""}


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in inner:
            yield from leaves(child, (*path, str(key)))
    else:
        yield path, value


def declared(path: tuple[str, ...]) -> bool:
    stars = [".".join("*" if i == at else part for i, part in enumerate(path)) for at in range(len(path))]
    return ".".join(path) in FIELDS or any(star in FIELDS for star in stars)


def counters(at: float, **interfaces: int) -> Counters:
    """Every counter of an interface stands at the number given, those of disk and network at `at`."""
    names = ("bytes_recv", "bytes_sent", "packets_recv", "packets_sent", "errin", "errout", "dropin", "dropout")
    disks = ("read_bytes", "write_bytes", "read_count", "write_count")

    def standing(at: float, names: tuple[str, ...]) -> SimpleNamespace:
        return SimpleNamespace(**dict.fromkeys(names, int(at)))

    return Counters(
        at, standing(at, disks), standing(at, names), {name: standing(n, names) for name, n in interfaces.items()}
    )


def test_each_value_is_a_number_whose_unit_and_label_are_declared() -> None:
    for path, value in leaves(HostSource().sample()):
        assert isinstance(value, int | float), path
        assert math.isfinite(value), path
        assert declared(path), path


def test_each_field_has_a_known_unit_and_a_label_and_names_something_that_is_sampled() -> None:
    assert {field["unit"] for field in FIELDS.values()} <= UNITS
    assert all(field["label"] for field in FIELDS.values())
    sampled = {path.split(".")[0] for path in FIELDS}
    assert sampled - {"temperatures"} <= set(HostSource().sample()) <= sampled


def test_a_sample_is_a_tick_that_no_dot_makes_ambiguous() -> None:
    record = HostSource().sample()
    assert json.loads(encode(record, 1, time.time()))["cpu"] == record["cpu"]
    assert not [path for path, _ in leaves(record) if any("." in part for part in path)]


def test_it_is_this_machine() -> None:
    record = HostSource().sample()
    assert len(record["cpu"]["cores"]) == psutil.cpu_count()
    assert record["memory"]["total"] == psutil.virtual_memory().total
    assert 0 < record["memory"]["used"] < record["memory"]["total"]
    assert record["disks"]
    assert all(disk["total"] > 0 for disk in record["disks"].values())
    assert record["processes"]["total"] >= 1
    assert abs(record["uptime_s"] - (time.time() - psutil.boot_time())) < 5
    assert min(record["load"].values()) >= 0


def test_shares_are_between_0_and_100() -> None:
    source = HostSource()
    for _ in range(20):
        for path, value in leaves(source.sample()):
            if path[0] == "cpu" or path[-1] == "percent":
                assert 0 <= value <= 100, path


def test_a_sample_that_covers_no_time_does_not_say_that_the_cpu_is_busy() -> None:
    for _ in range(10):
        cpu = HostSource().sample()["cpu"]
        if cpu["user"] == cpu["system"] == 0:
            assert cpu["percent"] < 50


def test_traffic_shows_in_the_rates_of_its_interface() -> None:
    size = 2_000_000
    began, source = time.monotonic(), HostSource()
    _send(size)
    record = source.sample()
    seconds = time.monotonic() - began
    for rates in (record["interfaces"]["lo"], record["network"]):
        assert rates["recv_bps"] * seconds >= size
        assert rates["sent_bps"] * seconds >= size


def _send(size: int) -> None:
    """Over the loopback interface."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as sender,
        server.accept()[0] as receiver,
    ):
        sending = threading.Thread(target=sender.sendall, args=(b"x" * size,))
        sending.start()
        left = size
        while left:
            left -= len(receiver.recv(1 << 16))
        sending.join()


def test_rates_are_per_second() -> None:
    rates = _rates(counters(100, eth0=1000), counters(104, eth0=5000))
    assert rates["interfaces"] == {"eth0": {"recv_bps": 1000.0, "sent_bps": 1000.0}}
    assert rates["disk_io"] == dict.fromkeys(("read_bps", "write_bps", "read_iops", "write_iops"), 1.0)
    assert (rates["network"]["sent_pps"], rates["network"]["errors"], rates["network"]["drops"]) == (1.0, 208, 208)


def test_a_counter_that_was_reset_or_is_new_has_no_rate_yet() -> None:
    rates = _rates(counters(100, eth0=1000, gone=5), counters(101, eth0=10, new=10**9))
    assert rates["interfaces"]["eth0"]["recv_bps"] == 0.0
    assert rates["interfaces"]["new"]["recv_bps"] == 0.0
    assert set(rates["interfaces"]) == {"eth0", "new"}


def test_a_machine_without_disks_or_interfaces_has_no_rates() -> None:
    rates = _rates(Counters(1.0, None, None, {}), Counters(2.0, None, None, {}))
    assert set(rates["disk_io"].values()) == {0.0}
    assert rates["network"]["recv_bps"] == 0.0
    assert rates["interfaces"] == {}


def test_disks_that_appear_have_no_rate_yet() -> None:
    rates = _rates(Counters(1.0, None, counters(1).network, {}), counters(10**9))
    assert rates["disk_io"]["read_bps"] == 0.0
