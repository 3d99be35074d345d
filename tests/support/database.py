"""A home's database: made once in a test run, since that takes seconds, and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.support.processes import manage

DATABASE = "db.sqlite3"


def make_database(home: Path, *public: str) -> None:
    """Migrated, with public streams of these names."""
    (home / DATABASE).write_bytes(_made(public))


@cache
def _made(public: tuple[str, ...]) -> bytes:
    home = Path(tempfile.mkdtemp(prefix="tickmon-home-"))
    make_public = f"from ticks.models import Stream; [Stream.objects.set_visibility(name, True) for name in {public}]"
    try:
        manage(home, "", "migrate", "-v", "0")
        manage(home, "", "shell", "-v", "0", "-c", make_public)
        return (home / DATABASE).read_bytes()
    finally:
        shutil.rmtree(home)
