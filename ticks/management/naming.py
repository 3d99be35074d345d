"""Which streams a command is to work on."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import CommandError


def chosen(asked: Sequence[str], found: Sequence[str]) -> Sequence[str]:
    """Those that were asked for, or all that were found. Raises `CommandError` where one is not among these."""
    unknown = [name for name in asked if name not in found]
    if unknown:
        raise CommandError(f"{settings.TICKS_ARCHIVE} has no stream {', '.join(unknown)}", returncode=2)
    return asked or found
