"""What the kernel is told, and tells, of a connection. Twisted's transports are looked into here and nowhere else."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from typing import Any

from twisted.internet import tcp, unix

from monitor.serving.vigil import Link, Sight

UNSENT_BYTES = 128 << 10
"""So much at most lies in the kernel without having been sent: what a peer does not take stays where it can be seen."""
INFO = struct.Struct("=2xBB52xI60xQ")
"""Of `struct tcp_info` in linux/tcp.h: retransmits, probes, last_ack_recv in ms, bytes_acked (since Linux 4.1)."""
_TCP_INFO: int | None = getattr(socket, "TCP_INFO", None)
_NOTSENT_LOWAT: int | None = getattr(socket, "TCP_NOTSENT_LOWAT", None)


def is_plain(transport: Any) -> bool:
    """Whether what is written to its socket is what the peer reads: accepted over TCP or a UNIX socket, no TLS."""
    return type(transport) in (tcp.Server, unix.Server) and not transport.TLS


def prepare(transport: Any) -> None:
    """Set the options of an accepted connection, besides TCP_NODELAY, which Twisted sets."""
    if _NOTSENT_LOWAT is not None and type(transport) is tcp.Server:
        transport.socket.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, UNSENT_BYTES)


def is_empty(transport: Any) -> bool:
    """Whether nothing waits in this process: `FileDescriptor` in twisted/internet/abstract.py has these two buffers."""
    return not transport.dataBuffer and not transport._tempDataBuffer


def waiting(transport: Any) -> int:
    """Bytes that wait in this process."""
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)


def sight(transport: Any, heard: bool, closing: bool) -> Sight:
    """A look at a plain transport that is connected."""
    tcp_link = link(transport.socket) if type(transport) is tcp.Server else None
    queued = 0 if tcp_link else unread(transport.socket)
    return Sight(waiting(transport), queued, heard, closing, tcp_link)


def link(sock: socket.socket) -> Link | None:
    """Of a TCP connection; None where the platform does not say."""
    if _TCP_INFO is None:
        return None
    info = sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, INFO.size)
    if len(info) < INFO.size:
        return None
    retransmits, probes, silent_ms, acknowledged = INFO.unpack(info)
    return Link(acknowledged, max(retransmits, probes), silent_ms / 1000)


def unread(sock: socket.socket) -> int:
    """Bytes in the kernel that the peer has not taken: SIOCOUTQ of Linux; 0 where the platform does not say."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])
    except OSError:
        return 0
