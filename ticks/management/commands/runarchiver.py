"""`manage.py runarchiver`: index, roll up and seal the closed files of all streams."""

from __future__ import annotations

import os
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from monitor import lifeline, stopping
from ticks.archive.archiver import Archiver
from ticks.archive.lock import ArchiverLock
from ticks.management.base import ArchiveCommand

NICENESS = 10
LOOK_S = 1.0
"""How often one that waits for another to end looks."""


class Command(ArchiveCommand):
    help = "Index, roll up and seal the closed files of all streams; one at a time works on an archive, others wait."
    requires_system_checks = ()  # they import the whole site, which takes longer than all else

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due and end")

    def handle(self, *args: Any, **options: Any) -> None:
        lifeline.watch()
        stop = stopping.stop_on_signals()
        os.nice(NICENESS)
        try:
            call_command("migrate", verbosity=0, interactive=False)
            with ArchiverLock(settings.TICKS_ARCHIVE) as lock:
                self._run(lock, stop, once=options["once"])
        finally:
            stopping.ignore_signals()

    def _run(self, lock: ArchiverLock, stop: threading.Event, *, once: bool) -> None:
        archiver = Archiver(settings.TICKS_ARCHIVE, stop)
        if not once:
            if self._wait(lock, stop):
                archiver.run()
        elif lock.take():
            archiver.turn()
        else:
            raise CommandError("Another archiver works on this archive, and does what is due.", returncode=2)

    def _wait(self, lock: ArchiverLock, stop: threading.Event) -> bool:
        """Until the lock is ours, or this is to stop; whether it is ours."""
        if not lock.take():
            self.stderr.write("Waiting: another archiver works on this archive.")
            while not lock.take():
                if stop.wait(LOOK_S):
                    return False
        return True
