"""Where the web part listens, which host names it answers to, and how a browser gets there."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Mapping, Sequence

import psutil

from ticks.supervisor.part import StartError

BACKLOG = 1024
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at `host` (an address or a name, IPv4 first) and `port` (0: any free one).

    Raises StartError.
    """
    where = f"{in_url(host)}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        raise StartError(f"--host {host!r} is neither an address nor a name of this machine.") from None
    family, _, _, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # `::` takes IPv4 too
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise StartError(_why_not(error, where)) from error
    return listener


def _why_not(error: OSError, where: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{where} is in use by another program: stop it, or choose another port with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{where} cannot be listened on: this machine does not have the address given by --host."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{where} cannot be listened on by this user: choose a port from 1024 up with --port."
    return f"{where} cannot be listened on ({error.strerror})."


def in_url(host: str) -> str:
    """An IPv6 address in brackets and without its zone, as URLs and Host headers have it."""
    return f"[{host.partition('%')[0]}]" if ":" in host else host


def is_wildcard(host: str) -> bool:
    return host in ("0.0.0.0", "::")


def is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host.partition("%")[0]).is_loopback


def own_addresses(wildcard: str) -> list[str]:
    """This machine's addresses that a socket bound to `wildcard` answers at, loopback last, IPv4 first."""
    families = [socket.AF_INET] if wildcard == "0.0.0.0" else [socket.AF_INET, socket.AF_INET6]
    found = {
        ipaddress.ip_address(entry.address.partition("%")[0])
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family in families
    }
    return [
        str(address) for address in sorted(found, key=lambda a: (a.is_loopback, a.is_link_local, a.version, int(a)))
    ]


def allowed_hosts(bound: str, asked: str, extra: Sequence[str], environ: Mapping[str, str] = os.environ) -> list[str]:
    """The host names the web part answers to.

    Those of the environment's ALLOWED_HOSTS, else this machine's: loopback, `asked` (the --host) and the address
    `bound`, the machine's name, at a wildcard all its addresses. And `extra` in any case.
    """
    hosts = [word.strip() for word in environ.get("ALLOWED_HOSTS", "").split(",") if word.strip()]
    if not hosts:
        hosts = [*LOOPBACK_NAMES, in_url(asked), in_url(bound), socket.gethostname()]
        if is_wildcard(bound):
            hosts += map(in_url, own_addresses(bound))
    return list(dict.fromkeys([*hosts, *extra]))


def urls(bound: str, port: int) -> list[str]:
    """The addresses for a browser, the best one first; link-local ones are no use in one."""
    hosts = [bound]
    if is_wildcard(bound):
        hosts = [host for host in own_addresses(bound) if not ipaddress.ip_address(host).is_link_local]
    return [f"http://{in_url(host)}:{port}/" for host in hosts]
