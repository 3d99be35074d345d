"""Why somebody is not served, or no longer."""

from __future__ import annotations

from ticks.protocol import Close


class Refused(Exception):
    """A connection that is not served, with the close code and what its last message says; empty: there is none."""

    def __init__(self, code: Close, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
