"""Why a request is not served, as a problem document (RFC 9457). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ticks.packing import dump
from ticks.protocol import Close

MEDIA_TYPE = "application/problem+json"
STATUS = {
    Close.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    Close.SIGN_IN: HTTPStatus.UNAUTHORIZED,
    Close.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Close.NO_SUCH_STREAM: HTTPStatus.NOT_FOUND,
    Close.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Close.BROKEN: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What a close of the WebSocket would be here."""
RETRY_S = {HTTPStatus.TOO_MANY_REQUESTS: 5, HTTPStatus.SERVICE_UNAVAILABLE: 1}


class Problem(Exception):
    """A request that is answered by saying why not; `facts` are more members of the document."""

    def __init__(
        self, status: HTTPStatus, detail: str, facts: Mapping[str, Any] | None = None, headers: Mapping[str, str] = {}
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.facts = dict(facts or {})
        self.headers = dict(headers)
        if status in RETRY_S:
            self.headers.setdefault("Retry-After", str(RETRY_S[status]))
        if status == HTTPStatus.UNAUTHORIZED:
            self.headers.setdefault("WWW-Authenticate", "Token")

    @property
    def document(self) -> bytes:
        told = {"type": "about:blank", "title": self.status.phrase, "status": int(self.status), "detail": self.detail}
        return dump({**told, **self.facts})
