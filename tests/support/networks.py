"""Two hosts on one machine: network namespaces joined by a cable, gone after the test."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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

    def program_on_client(self, program: str, folder: Path) -> str:
        """A script that runs a program on the client, for those who take only a program's name."""
        script = folder / "on-client"
        script.write_text(f'#!/bin/sh\nPATH="{PATH}" exec ip netns exec {self.client} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, env={**os.environ, "PATH": PATH})
