"""What RFC 6455 asks of a server beyond what Autobahn does: who breaks it is told how, and heard no further."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from autobahn.util import encode_truncate
from autobahn.websocket.protocol import WebSocketProtocol
from autobahn.websocket.types import ConnectionDeny

VERSION = 13
REASON_BYTES = 123
"""What a close frame has room for besides its code."""
BAD_GATEWAY = 1014
"""A close code that was registered after Autobahn's list of them was made."""

if BAD_GATEWAY not in WebSocketProtocol.CLOSE_STATUS_CODES_ALLOWED:
    WebSocketProtocol.CLOSE_STATUS_CODES_ALLOWED.append(BAD_GATEWAY)


class Strict:
    """Before `WebSocketProtocol` in a class's bases."""

    transport: Any
    state: int
    data: bytes
    is_direct: bool
    failedByMe: bool
    http_headers: dict[str, str]
    websocket_extensions: Sequence[Any]
    sendCloseFrame: Any
    sendData: Any
    resumeProducing: Any

    # The handshake

    def onConnect(self, request: Any) -> Any:
        """No extension is spoken: an offer of one, even of one that makes no sense, is declined."""
        self.websocket_extensions = ()
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(400, "the name of a subprotocol is ASCII")  # type: ignore[no-untyped-call]
        return super().onConnect(request)  # type: ignore[misc]

    def failHandshake(
        self, reason: str, code: int = 400, responseHeaders: Sequence[tuple[str, str]] | None = None
    ) -> None:
        """Who speaks another version, or does not say which, is told the one that is spoken here."""
        named = getattr(self, "http_headers", {}).get("sec-websocket-version")
        if code == HTTPStatus.BAD_REQUEST and named != str(VERSION):
            code = HTTPStatus.UPGRADE_REQUIRED
            responseHeaders = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", str(VERSION))]
        super().failHandshake(reason, code, responseHeaders)  # type: ignore[misc]

    def sendHttpErrorResponse(
        self, code: int, reason: str, responseHeaders: Sequence[tuple[str, str]] | None = None
    ) -> None:
        """A whole answer: `reason`, which may quote the request, is no part of a status line."""
        body = f"{reason}\n".encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            *(responseHeaders or ()),
        ]
        lines = [f"HTTP/1.1 {code} {HTTPStatus(code).phrase}", *(f"{name}: {value}" for name, value in headers)]
        self.sendData("\r\n".join([*lines, "", ""]).encode() + body)

    # What comes later

    def _fail_connection(self, code: int, reason: str) -> None:
        """Say why and end this side. What comes then is read and dropped, or the peer might never read the answer."""
        if self.failedByMe:
            return
        self.failedByMe = True
        self.data = b""
        self.sendCloseFrame(code=code, reasonUtf8=encode_truncate(reason, REASON_BYTES))
        self.transport.unregisterProducer()  # with one, Twisted would not come to the end of what waits
        if self.is_direct:
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()
        self.resumeProducing()
