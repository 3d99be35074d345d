"""What a subscriber asks for. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ticks.cursor import Cursor


def written(paths: Sequence[str]) -> str:
    """As a query has it: in JSON where a comma would be taken for one between paths."""
    return json.dumps(paths) if any("," in path or path.startswith("[") for path in paths) else ",".join(paths)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of `/ws/stream`, as docs/protocol.md describes them; None: left to the server."""

    stream: str = "main"
    from_t: int | None = None
    epoch: str | None = None
    from_ts: float | None = None
    fields: str | None = None
    downsample: int | None = None
    slow: str | None = None

    @property
    def cursor(self) -> Cursor | None:
        """The place to resume at, where it was given whole."""
        if self.epoch is None or self.from_t is None or self.from_t < 0:
            return None
        return Cursor(self.epoch, self.from_t)

    def query(self, cursor: Cursor | None, since: float | None = None) -> str:
        """Of a connection that goes on after `cursor`.

        Without one it begins where it was to begin; where that is the newest tick, at `since` (UNIX seconds): a
        stream was empty then.
        """
        given: dict[str, Any] = {"stream": self.stream, **self._begin(cursor, since)}
        given |= {"fields": self.fields, "downsample": self.downsample, "slow": self.slow}
        return urlencode({name: value for name, value in given.items() if value is not None})

    def _begin(self, cursor: Cursor | None, since: float | None) -> dict[str, Any]:
        if cursor is not None:
            return {"from_t": cursor.t, "epoch": cursor.epoch}
        from_ts = since if self.from_t is None and self.from_ts is None else self.from_ts
        return {"from_t": self.from_t, "epoch": self.epoch, "from_ts": from_ts}
