"""What large answers take in memory until they are taken: bounded, however many ask and do not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from ticks.transports.http.problems import Problem

LARGE_BYTES = 256 << 10
"""Smaller answers are left to the connection, which holds no more than one."""
MAX_BYTES = 64 << 20
"""Of all large ones of this process together."""

_reserved = 0


@contextmanager
def reserved(size: int) -> Iterator[None]:
    """Room for an answer of so many bytes while it is being sent. Raises `Problem` where there is none."""
    global _reserved
    if _reserved + size > MAX_BYTES:
        detail = f"{_reserved >> 20} MiB of answers of this web worker wait to be taken already: ask for less, or later"
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    _reserved += size
    try:
        yield
    finally:
        _reserved -= size
