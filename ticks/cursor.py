"""Epochs, and cursors into them: the place of a reader in a stream."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
EPOCH = re.compile(r"[0-9a-z]{13}")
STREAM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last tick that a reader has; reading gives what comes after it.

    `n` is that tick's ordinal in the epoch, where the reader knows it: how many ticks are missing before
    the next one is then a subtraction.
    """

    epoch: str
    t: int
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Ticks that a reader does not get, and why.

    Those after `after_t` and before `next_t` are missing, `count` of them (at most that many where the
    reader's own ordinal is unknown). `epoch` is the new epoch where the reason is `epoch`; `next_t` then
    counts in it, and `cursor` is always where reading goes on.
    """

    after_t: int
    next_t: int
    count: int
    reason: str
    cursor: Cursor
    epoch: str | None = None


def new_epoch(now: float, after: str | None = None) -> str:
    """A name for a new epoch: milliseconds of `now` (UNIX seconds) in base 36 and four random characters.

    Names sort by their time (nine digits serve until the year 5188), and behind the epoch `after` even
    where the clock was set back.
    """
    milliseconds, stamp = max(0, int(now * 1000)), ""
    if after is not None:
        milliseconds = max(milliseconds, int(after[:9], 36) + 1)
    while milliseconds:
        milliseconds, digit = divmod(milliseconds, 36)
        stamp = DIGITS[digit] + stamp
    return stamp.rjust(9, "0") + "".join(secrets.choice(DIGITS) for _ in range(4))
