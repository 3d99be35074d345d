"""`manage.py prune`: remove the oldest files of the archive now."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from monitor import env
from ticks.archive import retention
from ticks.archive.amount import when
from ticks.archive.archiver import streams
from ticks.archive.retention import Keep
from ticks.management.naming import chosen

NOTHING = (
    "Nothing is to be pruned: ticks are kept for ever. Name a limit (--older-than, --max-bytes, "
    "--rollups-older-than), or set one (TICKS_KEEP_DAYS, TICKS_KEEP_BYTES, TICKS_KEEP_ROLLUPS_DAYS)."
)


class Command(BaseCommand):
    help = "Remove the oldest files of the archive now, as far as the settings or these options want it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="default: all that have a directory")
        for option, name, kind, metavar, what in (
            ("--older-than", "days", _days, "DAYS", "ticks; default: TICKS_KEEP_DAYS"),
            ("--max-bytes", "bytes", _bytes, "BYTES", "a stream's ticks, as 500M or 10G; default: TICKS_KEEP_BYTES"),
            ("--rollups-older-than", "rollups_days", _days, "DAYS", "default: TICKS_KEEP_ROLLUPS_DAYS"),
        ):
            parser.add_argument(option, dest=name, type=kind, metavar=metavar, help=what)
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        names = chosen(options["streams"], streams(settings.TICKS_ARCHIVE))
        keep = _keep(options)
        if not any(keep):
            self.stdout.write(NOTHING)
            return
        try:
            for name in names:
                self._prune(name, keep, dry_run=options["dry_run"])
        except Error as error:
            raise CommandError(f"The database cannot be used: {error}.", returncode=2) from error
        except OSError as error:
            raise CommandError(f"The archive cannot be used: {error}.", returncode=2) from error

    def _prune(self, stream: str, keep: Keep, *, dry_run: bool) -> None:
        goes = "would go" if dry_run else "removed"
        pruned = list(retention.prune(settings.TICKS_ARCHIVE, stream, keep, dry_run=dry_run))
        for name, amount in pruned:
            self.stdout.write(f"{name}: {goes}: {amount}, through {when(amount.max_ts)}")
        if not pruned:
            self.stdout.write(f"{stream}: nothing {'would go' if dry_run else 'to remove'}")


def _keep(options: dict[str, Any]) -> Keep:
    """Raises `CommandError`."""
    given = {name: options[name] for name in Keep._fields if options[name] is not None}
    keep = retention.by_settings()._replace(**given)
    if keep.rollups_days and not 0 < keep.days <= keep.rollups_days:
        ticks = f"those older than {keep.days:g} days go" if keep.days else "they are kept for ever"
        raise CommandError(
            f"Rollups older than {keep.rollups_days:g} days can't go before their ticks: of these {ticks}.",
            returncode=2,
        )
    return keep


def _days(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"{text!r} is no number of days")
    return number


def _bytes(text: str) -> int:
    try:
        return env.parse_size(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error}, such as 500M or 10G") from None
