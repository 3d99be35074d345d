"""`manage.py loginlink`: a fresh one-time link that signs a user in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from ticks.links import USUAL_SITE, make_link
from ticks.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Print a fresh one-time sign-in link: once, within 15 minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", default="admin", help="default: admin")
        parser.add_argument("--url", default=USUAL_SITE, help="where the monitor is reached")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"there is no active user {options['username']!r}", returncode=2)
        self.stdout.write(f"{options['url'].rstrip('/')}/link/{make_link(user)}/")
