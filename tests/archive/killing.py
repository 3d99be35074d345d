"""Work that is killed within the test's own process."""

from __future__ import annotations

from itertools import count
from typing import Any
from unittest.mock import patch


class Killed(BaseException):
    """In place of SIGKILL: nothing that was in memory is used again."""


def killing(owner: Any, name: str, call: int, *, after: bool) -> Any:
    """While it is entered, the so-many-th call of a function is the last thing that happens."""
    work, calls = getattr(owner, name), count(1)

    def do(*args: Any, **options: Any) -> Any:
        is_last = next(calls) == call
        if is_last and not after:
            raise Killed
        result = work(*args, **options)
        if is_last:
            raise Killed
        return result

    return patch.object(owner, name, do)
