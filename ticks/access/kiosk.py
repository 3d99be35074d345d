"""Kiosk links, by which screens read one stream: `link=…`, `Authorization: Link …`. Nothing of it is kept. Blocking."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError
from django.utils import timezone

from ticks.models import KioskLink

KEYWORD = "link"
PARAMETER = "link"
SALT = "ticks.kiosk"


def make(stream: str, user: User, days: float, label: str = "") -> KioskLink:
    """A new link; the stream is there, and the user is staff."""
    expires = timezone.now() + timedelta(days=days)
    return KioskLink.objects.create(stream_id=stream, created_by=user, label=label, expires=expires)


def signed(link: KioskLink) -> str:
    """What is shown for it: always the same."""
    return _signer().sign(link.pk)


def presented(authorization: str) -> str | None:
    """What is shown in an `Authorization` header; None where that is about something else."""
    keyword, _, shown = authorization.strip().partition(" ")
    return shown.strip() if keyword.lower() == KEYWORD else None


def in_query(query: bytes) -> str | None:
    """What is shown in a query; None where there is none. An empty one is wrong as any other."""
    return parse_qs(query.decode("latin1"), keep_blank_values=True).get(PARAMETER, [None])[0]


def valid(shown: Iterable[str]) -> dict[str, KioskLink]:
    """Those links, by what is shown for them, that open their stream now."""
    ids = {one: key for one in shown if (key := _id_in(one)) is not None}
    found = KioskLink.objects.valid().in_bulk(list(ids.values()))
    return {one: found[key] for one, key in ids.items() if key in found}


def used(keys: Collection[str]) -> None:
    """Write down that these links are used now. A database that can't be written to is no matter."""
    with suppress(DatabaseError):
        KioskLink.objects.filter(pk__in=keys).update(used=timezone.now())


def _id_in(shown: str) -> str | None:
    try:
        return _signer().unsign(shown)
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(sep=".", salt=SALT)
