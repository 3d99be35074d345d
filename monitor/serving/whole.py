"""An answer that is there as a whole, as the bytes that go to the socket: much cheaper than piece by piece."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from twisted.web.http import NO_BODY_CODES

Message = dict[str, Any]
REASONS = {int(status): status.phrase.encode() for status in HTTPStatus}


def is_whole(message: Message) -> bool:
    """Whether what follows the head of an answer is all of its body."""
    return message.get("type") == "http.response.body" and not message.get("more_body")


def whole(version: bytes, method: bytes, start: Message, body: bytes, more: list[tuple[bytes, bytes]]) -> bytes | None:
    """The head `start` with `more` headers, and the body; None where Twisted has to look into it."""
    status, headers = start.get("status"), [*start.get("headers", ()), *more]
    if not isinstance(status, int):
        return None
    has_body = method != b"HEAD" and status not in NO_BODY_CODES
    if has_body and not any(name.lower() == b"content-length" for name, _ in headers):
        headers.append((b"Content-Length", b"%d" % len(body)))
    head = b"".join([b"%b: %b\r\n" % (_as_usual(name), value) for name, value in headers])
    if not head.count(b"\n") == head.count(b"\r") == len(headers):
        return None  # a line end in a header, of which it makes a blank
    reason = REASONS.get(status, b"Unknown Status")
    return b"%b %d %b\r\n%b\r\n%b" % (version, status, reason, head, body if has_body else b"")


@lru_cache(maxsize=256)
def _as_usual(name: bytes) -> bytes:
    """`Content-Type`, as Twisted writes it, whatever the case in which ASGI has it."""
    return b"-".join(part.capitalize() for part in name.split(b"-"))
