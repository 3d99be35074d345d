"""The way in, for every transport: who it is, whether they may, and whether there is room.

entry = await enter(scope, stream, transport="websocket", member=self)
try: …
finally: entry.leave()
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import Error

from ticks.access import identity
from ticks.access.addresses import client_address, network
from ticks.access.counter import Place
from ticks.access.door import Door, door
from ticks.access.identity import ANONYMOUS, Claim, Session
from ticks.access.limits import Candidate, TooMany, account_field, stream_field
from ticks.access.origin import headers, host_is_allowed
from ticks.access.refused import Refused
from ticks.access.registry import Facts, Member
from ticks.access.rights import Account
from ticks.protocol import Close

__all__ = ["Entry", "Facts", "Member", "Refused", "allow", "enter"]

HOST = "this host name is not allowed: see ALLOWED_HOSTS, --allow-host"


async def enter(
    scope: dict[str, Any], stream: str, *, transport: str, member: Member, claim: Claim | None = None
) -> Entry:
    """Let a connection in; raises `Refused`, after which nothing is left of it, as after any other exception.

    `claim`, where there is no middleware before it that knows the session, is `identity.of_cookies(scope)`. While it is
    in, `member` may be disconnected: its rights are gone, or staff ends it.
    """
    if not host_is_allowed(scope):
        raise Refused(Close.NOT_ALLOWED, HOST)
    entry = Entry(door(), _address(scope))
    try:
        await entry.come_in(identity.of_scope(scope) if claim is None else claim, stream, transport, member)
    except BaseException:
        entry.leave()
        raise
    return entry


async def allow(scope: dict[str, Any], stream: str, claim: Claim) -> Account:
    """Who asks, where they may read the stream; raises `Refused`. Nothing is counted: it does not stay."""
    if not host_is_allowed(scope):
        raise Refused(Close.NOT_ALLOWED, HOST)
    _, account = await _admit(door(), claim, stream)
    return account


async def _admit(inside: Door, claim: Claim, stream: str) -> tuple[Claim, Account]:
    """As who it is let in: who has a session that is over comes as nobody. Raises `Refused`."""
    try:
        try:
            return claim, await inside.admit((claim, stream))
        except Refused as refused:
            if not isinstance(claim, Session) or refused.code != Close.SIGN_IN:
                raise
        return ANONYMOUS, await inside.admit((ANONYMOUS, stream))
    except Error:
        raise Refused(Close.BROKEN, "") from None


class Entry:
    """A connection that was let in. While it lasts its rights are looked at again at each heartbeat."""

    __slots__ = ("_door", "_is_over", "_key", "_place", "account", "address")

    def __init__(self, inside: Door, address: str) -> None:
        self._door = inside
        self._door.open += 1
        self._is_over = False
        self._place: Place | None = None
        self._key = ""
        self.address = address
        self.account = Account()

    async def come_in(self, claim: Claim, stream: str, transport: str, member: Member) -> None:
        """Raises `Refused`."""
        most = settings.TICKS_MAX_CONNECTIONS
        if 0 < most < self._door.open:
            raise Refused(Close.TOO_MANY, f"this web worker has its {most} connections (TICKS_MAX_CONNECTIONS={most})")
        claim, self.account = await _admit(self._door, claim, stream)
        account = account_field(self.account.user_id, network(self.address))
        self._place = self._door.counter.ask(Candidate(stream_field(stream), account))
        too_many = await self._place.decided
        if too_many is not None:
            raise Refused(Close.TOO_MANY, self._say(too_many, stream))
        self._key = self._door.registry.add(member, claim, self.account, self.address, transport, stream)

    def leave(self) -> None:
        """It is over; to be said once or more often, on the event loop."""
        if self._is_over:
            return
        self._is_over = True
        self._door.open -= 1
        self._door.registry.discard(self._key)
        if self._place is not None:
            self._place.give_back()

    def _say(self, too_many: TooMany, stream: str) -> str:
        if too_many == "stream":
            most = settings.TICKS_MAX_PER_STREAM
            return f"the stream {stream!r} has its {most} subscribers (TICKS_MAX_PER_STREAM={most})"
        most = settings.TICKS_MAX_PER_IP
        return f"{self.account.username or self.address} has {most} connections already (TICKS_MAX_PER_IP={most})"


def _address(scope: dict[str, Any]) -> str:
    peer = scope.get("client")
    return client_address(peer[0] if peer else None, headers(scope, b"x-forwarded-for"), settings.TICKS_TRUSTED_PROXIES)
