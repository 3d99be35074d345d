"""Messages of `ticks.v1`, made by hand."""

from __future__ import annotations

import json
from typing import Any

EPOCH, NEXT = "0mwpx6cq0aaaa", "0mwpx6cq1aaaa"


def hello(t: int | None, /, epoch: str = EPOCH, **more: Any) -> dict[str, Any]:
    return {"type": "hello", "cursor": None if t is None else {"epoch": epoch, "t": t}, "heartbeat_s": 15, **more}


def ticks(prev_t: int, /, *ts: int, **more: Any) -> dict[str, Any]:
    told = {"type": "ticks", "prev_t": prev_t, "first_t": ts[0], "last_t": ts[-1], "ticks": [{"t": t} for t in ts]}
    return {**told, **more}


def gap(after_t: int, next_t: int, count: int, /, reason: str = "expired", **more: Any) -> dict[str, Any]:
    return {"type": "gap", "after_t": after_t, "next_t": next_t, "count": count, "reason": reason, **more}


def error(code: str, detail: str = "") -> dict[str, Any]:
    return {"type": "error", "code": code, "detail": detail}


def text(message: dict[str, Any]) -> str:
    return json.dumps(message)
