"""`manage.py prune`: remove the oldest files of the archive now."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from monitor import env
from ticks.archive import retention
from ticks.archive.amount import when
from ticks.archive.archiver import streams
from ticks.archive.retention import Keep
from ticks.management.base import ArchiveCommand
from ticks.management.naming import chosen

NOTHING = (
    "Nothing is to be pruned: ticks are kept for ever. Name a limit (--older-than, --max-bytes, "
    "--rollups-older-than), or set one (TICKS_KEEP_DAYS, TICKS_KEEP_BYTES, TICKS_KEEP_ROLLUPS_DAYS; in the admin "
    "for one stream)."
)


class Command(ArchiveCommand):
    help = "Remove the oldest files of the archive now, as far as the settings, the admin or these options want it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="default: all that have a directory")
        for option, name, kind, metavar, what in (
            ("--older-than", "days", _days, "DAYS", "ticks; default: the stream's own, else TICKS_KEEP_DAYS"),
            (
                "--max-bytes",
                "bytes",
                _bytes,
                "BYTES",
                "a stream's ticks, as 500M or 10G; default: its own, else TICKS_KEEP_BYTES",
            ),
            (
                "--rollups-older-than",
                "rollups_days",
                _days,
                "DAYS",
                "default: the stream's own, else TICKS_KEEP_ROLLUPS_DAYS",
            ),
        ):
            parser.add_argument(option, dest=name, type=kind, metavar=metavar, help=what)
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        names = chosen(options["streams"], streams(settings.TICKS_ARCHIVE))
        keep = {name: _keep(name, options) for name in names}
        if not any(map(any, keep.values())):
            self.stdout.write(NOTHING)
            return
        for name in names:
            self._prune(name, keep[name], dry_run=options["dry_run"])

    def _prune(self, stream: str, keep: Keep, *, dry_run: bool) -> None:
        goes = "would go" if dry_run else "removed"
        pruned = list(retention.prune(settings.TICKS_ARCHIVE, stream, keep, dry_run=dry_run))
        for name, amount in pruned:
            self.stdout.write(f"{name}: {goes}: {amount}, through {when(amount.max_ts)}")
        if not pruned:
            self.stdout.write(f"{stream}: nothing {'would go' if dry_run else 'to remove'}")


def _keep(stream: str, options: dict[str, Any]) -> Keep:
    """Raises `CommandError`."""
    given = {name: options[name] for name in Keep._fields if options[name] is not None}
    keep = retention.kept(stream)._replace(**given)
    fault = keep.fault()
    if fault is not None:
        raise CommandError(f"{stream}: {fault}", returncode=2)
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
