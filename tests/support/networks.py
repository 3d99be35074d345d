"""Two hosts on one machine: network namespaces joined by a cable, gone after the test."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_libc = ctypes.CDLL(None, use_errno=True)
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


class TwoHosts:
    """`server` and `client` are namespaces; their addresses are `server_address` and `client_address`."""

    server_address, client_address = "10.203.113.1", "10.203.113.2"

    def __init__(self) -> None:
        self.server, self.client = f"tickmon-s{os.getpid()}", f"tickmon-c{os.getpid()}"

    def __enter__(self) -> TwoHosts:
        for name in (self.server, self.client):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", self.server, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self.client)
        for name, address in ((self.server, self.server_address), (self.client, self.client_address)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            # An IPv6 address of its own would come a second later, and Chromium drops what it loads on any change.
            _ip("-n", name, "link", "set", "cable", "addrgenmode", "none")
            _ip("-n", name, "link", "set", "cable", "up")
        return self

    def __exit__(self, *_: object) -> None:
        for name in (self.server, self.client):
            _ip("netns", "delete", name)

    def on_server(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.server, *command]

    def on_client(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.client, *command]

    def inside(self, name: str, function: Callable[[], T]) -> T:
        """Call a function on the host `name`; sockets that it makes stay there, whoever uses them then."""

        def called() -> T:
            with Path(f"/run/netns/{name}").open() as namespace:
                if _libc.setns(namespace.fileno(), 0):
                    raise OSError(ctypes.get_errno(), f"no way into {name}")
            return function()

        # A thread of its own, which ends there: it does not come back.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(called).result()

    def drop_packets(self) -> None:
        """From now on the client takes no packet and sends none, and nobody is told: as if the cable were cut."""
        (link,) = json.loads(_ip("-n", self.client, "-j", "link", "show", "cable"))
        # The server must not ask for the way: it would learn that there is none.
        place = ("lladdr", link["address"], "dev", "cable", "nud", "permanent")
        _ip("-n", self.server, "neigh", "replace", self.client_address, *place)
        _ip("-n", self.client, "address", "delete", f"{self.client_address}/24", "dev", "cable")

    def dropped(self) -> int:
        """How many packets came to the client and were not for it."""
        noted = self.inside(self.client, lambda: Path("/proc/thread-self/net/snmp").read_text())
        names, values = [line.split()[1:] for line in noted.splitlines() if line.startswith("Ip:")]
        return int(dict(zip(names, values, strict=True))["InAddrErrors"])

    def program_on_client(self, program: str, folder: Path) -> str:
        """A script that runs a program on the client, for those who take only a program's name."""
        script = folder / "on-client"
        script.write_text(f'#!/bin/sh\nPATH="{PATH}" exec ip netns exec {self.client} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)


def _ip(*arguments: str) -> str:
    env = {**os.environ, "PATH": PATH}
    return subprocess.run(["ip", *arguments], check=True, env=env, stdout=subprocess.PIPE, text=True).stdout
