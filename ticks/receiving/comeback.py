"""Whether and when to come back after a connection has ended. Pure: clock and chance are another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CAPS_S = (0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 10.0, 20.0, 30.0)
"""Full jitter: anything from 0 to the cap, which grows with each try."""
STABLE_S = 10.0
"""After a connection that held so long it begins with the first cap again."""
RESTART, RESTART_CAP_S = 1012, 2.0
"""A restarting server sends all away at once."""
FINAL = frozenset({4400, 4401, 4403, 4404})
ONCE_MORE = frozenset({4401, 4403})
"""Rights may be given back: who was served is told twice."""
TOO_MANY = frozenset({4429, 429})
TOO_MANY_S = (5.0, 10.0, 20.0, 40.0, 60.0)
"""From half of it to the whole; then it is final."""


class Refused(Exception):
    """The server will not serve this: its close code, or the status of an HTTP answer, and why."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{detail} ({code})")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection ended, or could not be made: with a code, if any was told, and why.

    `hopeless`: whoever answers there is no monitor. A monitor that is being restarted behind a proxy can look so.
    """

    code: int | None
    detail: str
    hopeless: bool = False


class Comeback:
    """What was tried so far. `random` gives numbers from 0 to 1, `now` is in monotonic seconds."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._step = self._too_many = 0
        self._live_since: float | None = None
        self._was_live = False

    def live(self, now: float) -> None:
        """The server has greeted."""
        self._was_live = True
        if self._live_since is None:
            self._live_since = now

    def after(self, ended: Ended, now: float) -> float:
        """How long to wait, in seconds. Raises `Refused`."""
        since, self._live_since = self._live_since, None
        if since is not None and now - since >= STABLE_S:
            self._step = self._too_many = 0
        if ended.code in TOO_MANY:
            return self._longer(ended)
        if self._is_final(ended, was_served=since is not None):
            raise Refused(ended.code or 0, ended.detail)
        cap = CAPS_S[min(self._step, len(CAPS_S) - 1)]
        self._step += 1
        return self._random() * (max(cap, RESTART_CAP_S) if ended.code == RESTART else cap)

    def _is_final(self, ended: Ended, *, was_served: bool) -> bool:
        if ended.hopeless:
            return not self._was_live
        return ended.code in FINAL and not (ended.code in ONCE_MORE and was_served)

    def _longer(self, ended: Ended) -> float:
        if self._too_many == len(TOO_MANY_S):
            raise Refused(ended.code or 0, ended.detail)
        cap = TOO_MANY_S[self._too_many]
        self._too_many += 1
        return cap * (1 + self._random()) / 2
