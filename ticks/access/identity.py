"""What a connection or request says of who it is: a session, a token, a link. Whether that holds, `rights` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from ticks.access import kiosk, origin, tokens


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Says nothing."""


@dataclass(frozen=True, slots=True)
class Session:
    """Has signed in."""

    key: str


@dataclass(frozen=True, slots=True)
class Presented:
    """Shows a token."""

    secret_hash: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Shows a kiosk link."""

    shown: str


Claim = Anonymous | Session | Presented | Linked
ANONYMOUS = Anonymous()


def of_scope(scope: dict[str, Any]) -> Claim:
    """Of an ASGI connection behind `IgnoreForeignCookies` and Channels' `AuthMiddlewareStack`."""
    user, session = scope.get("user"), scope.get("session")
    shown = _shown(scope)
    if shown is not None:
        return shown
    if user is not None and user.is_authenticated and session is not None and session.session_key:
        return Session(session.session_key)
    return ANONYMOUS


def of_cookies(scope: dict[str, Any]) -> Claim:
    """Of an ASGI connection, with no middleware before it: its cookies count only from pages of this site's own."""
    shown = _shown(scope)
    if shown is not None:
        return shown
    cookies = origin.header(scope, b"cookie")
    if settings.SESSION_COOKIE_NAME not in cookies:
        return ANONYMOUS
    if not origin.is_own(
        origin.header(scope, b"origin"), origin.header(scope, b"host"), secure=origin.is_secure(scope)
    ):
        return ANONYMOUS
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    return Session(key) if key else ANONYMOUS


def _shown(scope: dict[str, Any]) -> Linked | Presented | None:
    """A link that is shown counts before a token, and either before a session, also a wrong one."""
    authorization = origin.header(scope, b"authorization")
    link = kiosk.in_query(scope.get("query_string", b""))
    if link is None:
        link = kiosk.presented(authorization)
    if link is not None:
        return Linked(link)
    secret_hash = tokens.presented(authorization)
    return Presented(secret_hash) if secret_hash is not None else None
