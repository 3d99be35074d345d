"""What runmonitor says once everything runs: one line for each part, with its address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ticks.supervisor.addresses import is_loopback, is_wildcard, urls
from ticks.supervisor.startup import Prepared, without_password


@dataclass(frozen=True)
class Running:
    """What is running where. `bound`, `port`: of the listening socket. `hosts`: the names it answers to."""

    redis_url: str
    embedded: bool
    bound: str
    port: int
    workers: int
    source: str | None
    home: Path
    hosts: list[str]


def status_lines(running: Running, prepared: Prepared, environ: Mapping[str, str] = os.environ) -> list[str]:
    addresses = urls(running.bound, running.port)
    workers = f"({running.workers} worker{'s' if running.workers > 1 else ''})"
    lines = [
        _redis(running),
        _line("Web", f"{addresses[0]}  {workers}"),
        *(_line("", address) for address in addresses[1:]),
        _line("Producer", f"{running.source} → stream main" if running.source else "none"),
        _line("Archive", str(running.home / "archive")),
        *_public(prepared.public, addresses[0]),
        _line("Sign in", f"{addresses[0]}link/{prepared.link}/  (once, within 15 minutes)"),
    ]
    if is_wildcard(running.bound):
        lines.insert(-1, _line("Hosts", ", ".join(running.hosts)))
    if is_loopback(running.bound) and len(environ.get("SSH_CONNECTION", "").split()) == 4:
        lines.append(_line("", f"first, on your own machine: {_tunnel(running, environ)}"))
    return lines


def _line(name: str, text: str) -> str:
    return f"{name:<10} {text}"


def _redis(running: Running) -> str:
    if running.embedded:
        return _line("Valkey", f"embedded, {running.redis_url}")
    return _line("Redis", without_password(running.redis_url))


def _public(streams: list[str], address: str) -> list[str]:
    if not streams:
        return [_line("Public", "nothing (staff only)")]
    warning = "anyone who can reach this address can watch it"
    return [_line("Public", f"{name}: {address}s/{name}/ — {warning}") for name in streams]


def _tunnel(running: Running, environ: Mapping[str, str]) -> str:
    """The last two words of SSH_CONNECTION are the address and port by which this machine was reached."""
    host, ssh_port = environ["SSH_CONNECTION"].split()[-2:]
    option = "" if ssh_port == "22" else f"-p {ssh_port} "
    bound = f"[{running.bound}]" if ":" in running.bound else running.bound
    return f"ssh {option}-L {running.port}:{bound}:{running.port} {environ.get('USER', '<user>')}@{host}"
