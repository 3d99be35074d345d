"""What a connection or request says of who it is: nothing, a session, or a token. Whether that holds, `rights` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import parse_cookie

from ticks.access import origin, tokens


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


Claim = Anonymous | Session | Presented
ANONYMOUS = Anonymous()


def of_scope(scope: dict[str, Any]) -> Claim:
    """Of an ASGI connection behind `IgnoreForeignCookies` and Channels' `AuthMiddlewareStack`."""
    return _claim(origin.header(scope, b"authorization"), scope.get("user"), scope.get("session"))


def of_cookies(scope: dict[str, Any]) -> Claim:
    """Of an ASGI connection, with no middleware before it: its cookies count only from pages of this site's own."""
    secret_hash = tokens.presented(origin.header(scope, b"authorization"))
    if secret_hash is not None:
        return Presented(secret_hash)
    cookies = origin.header(scope, b"cookie")
    if settings.SESSION_COOKIE_NAME not in cookies:
        return ANONYMOUS
    if not origin.is_own(
        origin.header(scope, b"origin"), origin.header(scope, b"host"), secure=origin.is_secure(scope)
    ):
        return ANONYMOUS
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    return Session(key) if key else ANONYMOUS


def _claim(authorization: str, user: Any, session: Any) -> Claim:
    """A token that is shown counts before a session, also a wrong one."""
    secret_hash = tokens.presented(authorization)
    if secret_hash is not None:
        return Presented(secret_hash)
    if user is not None and user.is_authenticated and session is not None and session.session_key:
        return Session(session.session_key)
    return ANONYMOUS
