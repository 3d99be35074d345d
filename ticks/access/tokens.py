"""Tokens, by which scripts are known: `Authorization: Token …`. Only a hash of the secret is kept. Blocking."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from ticks.models import KioskLink, Token

KEYWORD = "token"
USE_S = 60
"""A token's last use is written down so often at most."""


def make(user: User, name: str, days: float | None = None, stream: str | None = None) -> str:
    """A new token's secret. The user has no other one of that name; the one stream that it is to read is there."""
    expires = None if days is None else timezone.now() + timedelta(days=days)
    return save(Token(user=user, name=name, stream_id=stream, expires=expires))


def save(token: Token) -> str:
    """Give a new token its secret, which nobody can look up again."""
    secret = f"tm_{secrets.token_urlsafe(32)}"
    token.secret_hash = hashed(secret)
    token.save(force_insert=True)
    return secret


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("latin1", "replace")).hexdigest()


def presented(authorization: str) -> str | None:
    """The hash of the secret in an `Authorization` header; None where that is about something else."""
    keyword, _, secret = authorization.strip().partition(" ")
    return hashed(secret.strip()) if keyword.lower() == KEYWORD else None


def valid(secret_hashes: Iterable[str]) -> dict[str, Token]:
    """Those tokens, by their hash, that are there and have not expired, of users who are active."""
    lasting = Q(expires__isnull=True) | Q(expires__gt=timezone.now())
    found = Token.objects.filter(lasting, secret_hash__in=list(secret_hashes), user__is_active=True)
    return {token.secret_hash: token for token in found.select_related("user")}


def is_due(token: Token | KioskLink) -> bool:
    """Whether its use is to be written down."""
    return token.used is None or token.used <= timezone.now() - timedelta(seconds=USE_S)


def used(keys: Collection[int]) -> None:
    """Write down that these tokens are used now. A database that can't be written to is no matter."""
    with suppress(DatabaseError):
        Token.objects.filter(pk__in=keys).update(used=timezone.now())
