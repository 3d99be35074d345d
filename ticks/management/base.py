"""What commands share: what they can't use is said in one sentence, with exit code 2."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


class DatabaseCommand(BaseCommand):
    """Needs the database."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Error as error:
            raise CommandError(_sentence(error), returncode=2) from error


class ArchiveCommand(DatabaseCommand):
    """Needs the archive's files, too."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"The archive cannot be used: {error}.", returncode=2) from error


def _sentence(error: Error) -> str:
    if _is_set_up():
        return f"The database cannot be used: {error}."
    return (
        f"The database {connection.settings_dict['NAME']} is not set up, or not for this version ({error}): run "
        "`python manage.py migrate`, or `python manage.py runmonitor`, which does it and makes the staff account."
    )


def _is_set_up() -> bool:
    """Also where nobody can say."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return True
