"""What runmonitor sees to before any part runs: Redis, the database, the staff account."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import redis.asyncio
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import Error, connections
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ticks.links import make_link
from ticks.models import Stream
from ticks.supervisor.part import StartError

REDIS_TIMEOUT_S = 5.0
STAFF_NAME = "admin"


@dataclass(frozen=True)
class Prepared:
    """`link`: the token of a fresh sign-in link. `public`: the names of the streams that everybody may watch."""

    link: str
    public: list[str]


async def check_redis(url: str) -> None:
    """Raises StartError unless a server answers at `url`."""
    try:
        client = redis.asyncio.from_url(
            url,
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        async with client:
            await client.ping()
    except (RedisError, OSError, ValueError) as error:
        raise StartError(
            f"Redis at {without_password(url)} cannot be reached ({error}): "
            "start it, or mend REDIS_URL, or unset it for the embedded one."
        ) from error


def without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "REDIS_URL"
    user, at, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit((parts.scheme, f"{name}{at if name else ''}{place}", parts.path, "", ""))


def prepare_database(public: bool | None) -> Prepared:
    """Migrates, makes a staff account where there is none, sets whether stream main is public (None: as it is).

    Raises StartError.
    """
    try:
        call_command("migrate", interactive=False, verbosity=0)
        if public is not None:
            Stream.objects.set_visibility("main", public)
        return Prepared(
            link=make_link(staff_account()),
            public=list(Stream.objects.filter(public=True).values_list("name", flat=True)),
        )
    except Error as error:
        raise StartError(f"The database cannot be used: {error}.") from error
    finally:
        connections.close_all()


def staff_account() -> User:
    """An active superuser, else an active staff user, else a new superuser who can sign in by link only."""
    users = get_user_model().objects
    staff = users.filter(is_active=True, is_staff=True).order_by("-is_superuser", "pk").first()
    return staff or users.create_superuser(_free_name(), password=None)


def _free_name() -> str:
    users = get_user_model().objects
    names = (STAFF_NAME, *(f"{STAFF_NAME}{number}" for number in range(2, 1000)))
    return next(name for name in names if not users.filter(username=name).exists())
