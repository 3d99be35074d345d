"""A WebSocket at a path that has none: refused in the handshake, without a traceback in the log."""

from __future__ import annotations

from typing import Any


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close"})
