"""Who is connected to this worker, and what is told of each. Call everything on the event loop."""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from ticks.access.identity import Claim
from ticks.access.refused import Refused
from ticks.access.rights import Account

logger = logging.getLogger(__name__)


class Facts(NamedTuple):
    """What a transport knows of a connection; None where it does not."""

    lag_ticks: int | None = None
    """How many ticks behind the newest one."""
    lag_s: float | None = None
    bytes_sent: int | None = None
    round_trip_s: float | None = None


class Member(Protocol):
    """A connection, as its transport serves it."""

    def facts(self) -> Facts: ...

    def disconnect(self, refused: Refused) -> None:
        """End it soon, saying why. Called once at most, on the event loop."""


class Connection(NamedTuple):
    """One that is open; `id` sorts by when it was opened, over all workers, as far as their clocks agree."""

    id: str
    claim: Claim
    account: Account
    address: str
    transport: str
    stream: str
    since: float
    """UNIX seconds."""
    member: Member


class Page(NamedTuple):
    """The first rows after a place, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int


class Registry:
    """The open connections of a worker, by id."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._open: dict[str, Connection] = {}
        self._number = itertools.count()
        self._mark = secrets.token_hex(3)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def add(self, member: Member, claim: Claim, account: Account, address: str, transport: str, stream: str) -> str:
        """Returns its id."""
        now = time.time()
        key = f"{int(now * 1000):011x}{next(self._number) % (1 << 24):06x}{self._mark}"
        self._open[key] = Connection(key, claim, account, address, transport, stream, now, member)
        return key

    def discard(self, key: str) -> None:
        self._open.pop(key, None)

    def find(self, key: str) -> Connection | None:
        return self._open.get(key)

    def put_out(self, key: str, refused: Refused) -> None:
        """Disconnect it, where it is still there; it is not listed any more, and asked no second time."""
        found = self._open.pop(key, None)
        if found is None:
            return
        try:
            found.member.disconnect(refused)
        except Exception:
            logger.exception("a connection could not be ended")

    def page(self, stream: str | None, after: str, limit: int) -> Page:
        """In the order of their ids."""
        found = sorted(one for one in self._open if stream is None or self._open[one].stream == stream)
        rows = [key for key in found if key > after][:limit]
        return Page([self.row(self._open[key]) for key in rows], len(found))

    def row(self, one: Connection) -> dict[str, Any]:
        """What the API tells of a connection."""
        facts = one.member.facts()
        return {
            "id": one.id,
            "address": one.address,
            "user": one.account.username,
            "token": one.account.token,
            "link": one.account.link,
            "transport": one.transport,
            "stream": one.stream,
            "since": datetime.fromtimestamp(one.since, UTC).isoformat(timespec="milliseconds"),
            "lag": {"ticks": facts.lag_ticks, "s": facts.lag_s},
            "bytes_sent": facts.bytes_sent,
            "round_trip_ms": None if facts.round_trip_s is None else round(facts.round_trip_s * 1000, 3),
            "worker": self._worker,
        }
