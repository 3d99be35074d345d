"""What the server says of all streams, as tests give it."""

from __future__ import annotations

from typing import Any

BEGAN = 1_760_000_000.0
EPOCH = "0mgj6k3cwabcd"
"""Its name says that it began then."""


def told(name: str, n: int | None = 100, **more: Any) -> dict[str, Any]:
    """What an answer says of a stream that is well, at 0 s after BEGAN + 1000."""
    head = {"epoch": EPOCH if n else None, "t": n, "n": n, "ts": BEGAN + 1000 if n else None}
    return {"name": name, "public": False, "description": "", "producer": "up", **head, **more}
