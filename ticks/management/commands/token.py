"""`manage.py token`: make, list and revoke the tokens by which scripts are known."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db.models import QuerySet
from django.utils import timezone

from ticks.access import tokens
from ticks.management.base import DatabaseCommand
from ticks.models import Stream, Token

MAX_NAME = 64
MAX_DAYS = 36500


class Command(DatabaseCommand):
    help = "Print a new token for a user's scripts, once; or list the tokens, or revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", help="whose; with --list and --revoke anybody's if absent")
        parser.add_argument("--name", default="script", help="by which it is listed and revoked; default: script")
        parser.add_argument("--stream", metavar="NAME", help="the one that it reads; default: all that the user may")
        parser.add_argument("--days", type=_days, help="after so many days it is worth nothing; default: it lasts")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--list", action="store_true", help="say which there are")
        instead.add_argument("--revoke", metavar="NAME", help="whoever uses it is closed out within one heartbeat")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["username"])
        found = Token.objects.select_related("user")
        found = found.filter(user=user) if user else found
        if options["list"]:
            self._list(found)
        elif options["revoke"] is not None:
            self._revoke(found.filter(name=options["revoke"]), options["revoke"], user)
        elif user is None:
            raise CommandError("For whom? Name a user: manage.py token USERNAME", returncode=2)
        else:
            self._make(user, options["name"], options["days"], options["stream"])

    def _list(self, found: QuerySet[Token]) -> None:
        for token in found:
            used = f"last used {_when(token.used)}" if token.used else "never used"
            only = f", reads {token.stream_id} alone" if token.stream_id is not None else ""
            self.stdout.write(f"{token}: made {_when(token.created)}, {used}, {_lasts(token)}{only}")
        if not found:
            self.stdout.write("There are no tokens.")

    def _revoke(self, found: QuerySet[Token], name: str, user: User | None) -> None:
        if not found:
            whose = f"{user} has" if user else "There is"
            raise CommandError(f"{whose} no token {name!r}: --list says which there are.", returncode=2)
        if len(found) > 1:
            owners = ", ".join(str(token.user) for token in found)
            raise CommandError(f"{owners} each have a token {name!r}: say whose.", returncode=2)
        said = f"{found[0]} is revoked."
        found[0].delete()
        self.stdout.write(said)

    def _make(self, user: User, name: str, days: float | None, stream: str | None) -> None:
        if not user.is_active:
            raise CommandError(f"{user} is not active: nobody could use the token.", returncode=2)
        if not name.strip() or len(name) > MAX_NAME:
            raise CommandError(f"--name={name!r} is no name of 1 to {MAX_NAME} characters.", returncode=2)
        if Token.objects.filter(user=user, name=name).exists():
            raise CommandError(f"{user} has a token {name!r}: say another --name, or --revoke it.", returncode=2)
        if stream is not None and not Stream.objects.filter(name=stream).exists():
            raise CommandError(f"There is no stream {stream!r}.", returncode=2)
        self.stdout.write(tokens.make(user, name, days, stream))
        self.stderr.write("It is shown this once. Scripts send it as: Authorization: Token …")


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username!r}.", returncode=2)
    return user


def _lasts(token: Token) -> str:
    if token.expires is None:
        return "lasts"
    return f"{'expired' if token.expires <= timezone.now() else 'until'} {_when(token.expires)}"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _days(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= MAX_DAYS:
        raise ArgumentTypeError(f"{text!r} is no number of days, more than 0 and at most {MAX_DAYS}")
    return number
