"""Which address a connection comes from, and which addresses count as one. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
"""All whose address nobody knows, such as those over a UNIX socket without a proxy that is trusted, count as one."""

_WITH_PORT = re.compile(r"(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?")


def client_address(peer: str | None, forwarded: str, hops: int) -> str:
    """The address of the client behind `hops` proxies that are trusted; `UNKNOWN` where there is none.

    `peer` is the other end of the connection, `forwarded` the X-Forwarded-For, to whose right end each proxy has
    added whom it was asked by. What stands further left than that the client may have written itself. An entry that is
    no address counts as the proxy to its right.
    """
    believed = forwarded.rsplit(",", hops)[-hops:] if hops else []
    for entry in [*believed, peer or ""]:
        found = _parse(entry)
        if found is not None:
            return str(found)
    return UNKNOWN


def network(address: str) -> str:
    """What is counted as one: an IPv4 address, the /64 of an IPv6 address, or all that is none."""
    found = _parse(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found) if found is not None else UNKNOWN


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Also with a port, in brackets, or an IPv4 address that is mapped into IPv6."""
    text = text.strip().strip('"')
    with_port = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address(with_port[1] or with_port[2] if with_port else text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
