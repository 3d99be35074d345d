"""`manage.py runproducer`: archive and publish what a source gives."""

from __future__ import annotations

import logging
import math
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from monitor import lifeline, memory, stopping
from ticks.management.base import DatabaseCommand
from ticks.models import Stream
from ticks.producer import AnotherProducer, TickWriter, takeover
from ticks.producer.job import Job
from ticks.producer.reporter import Reporter, suitable
from ticks.producer.sources import SourceError, choice
from ticks.producer.tally import Tally
from ticks.producer.tick_writer import LAST_WORDS_S
from ticks.supervisor.companion import Companion


class Command(DatabaseCommand):
    help = "Archive and publish what a source gives."
    requires_system_checks = ()  # they import the whole site, which takes longer than all else

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice.add_arguments(parser)
        parser.add_argument("--stream", default="main", help="default: main")
        parser.add_argument("--interval", type=float, metavar="S", help="host: 0.001 to 3600 seconds; default: 1.0")
        parser.add_argument("--downsample", type=int, default=1, metavar="N", help="write every N-th record only")
        parser.add_argument("--ticks", type=int, metavar="N", help="end after so many ticks")
        parser.add_argument("--duration", type=float, metavar="S", help="end after so many seconds")
        parser.add_argument("--json", action="store_true", help="say each second how it stands, in a line of JSON")
        parser.add_argument(
            "--yield",
            action="store_true",
            dest="yields",
            help="wait while another producer has the stream, and make room for one that is started",
        )
        visibility = parser.add_mutually_exclusive_group()
        visibility.add_argument("--public", action="store_true", help="everybody may watch; kept until changed")
        visibility.add_argument("--private", action="store_true", help="staff only; kept until changed")

    def handle(self, *args: Any, **options: Any) -> None:
        # As a part of runmonitor it has that one's archiver.
        companion = nullcontext() if lifeline.watch() else Companion(settings.TICKS_ARCHIVE)
        stop = stopping.stop_on_signals()
        if options["verbosity"] >= 2:
            logging.getLogger("ticks.producer").setLevel(logging.DEBUG)
        try:
            self._run(stop, companion, options)
        except AnotherProducer as error:
            raise CommandError(str(error), returncode=2) from None
        except SourceError as error:
            raise CommandError(str(error), returncode=1) from None
        finally:
            stopping.ignore_signals()

    def _run(self, stop: threading.Event, companion: AbstractContextManager[Any], options: dict[str, Any]) -> None:
        """Raises `AnotherProducer`, `SourceError`, `CommandError`."""
        try:
            job = Job.of(options)
            writer = self._take(job, stop, options)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        if writer is None:
            return
        tally = Tally()
        with Reporter(writer, tally, suitable(json=options["json"]), job.progress), _ending(writer, stop, options):
            self._announce(writer, job, options)
            connection.close()
            memory.freeze()
            with companion:
                job.run(writer, stop, tally)
        if writer.refused is not None:
            raise writer.refused

    def _take(self, job: Job, stop: threading.Event, options: dict[str, Any]) -> TickWriter | None:
        """The stream's writer; None where it was told to stop while it waited for the stream.

        Raises `AnotherProducer`, `ValueError` for a name that can be no stream's, `CommandError`.
        """
        yields = options["yields"]
        make = partial(TickWriter, options["stream"], fields=job.fields, on_refused=stop.set, yields=yields)
        try:
            call_command("migrate", verbosity=0, interactive=False)
            return takeover.wait(make, stop, self.stderr.write) if yields else takeover.take(make)
        except OSError as error:
            raise CommandError(f"The archive cannot be used: {error}.", returncode=2) from error

    def _announce(self, writer: TickWriter, job: Job, options: dict[str, Any]) -> None:
        if options["public"] or options["private"]:
            Stream.objects.set_visibility(writer.stream, options["public"])
        public = Stream.objects.filter(name=writer.stream, public=True).exists()
        who = "public: everybody who reaches the server may watch" if public else "private: staff only"
        pace = f", {job.pace.words}" if job.pace else ""
        self.stderr.write(f"{job.name} → stream {writer.stream} (epoch {writer.epoch}){pace}, {who}", str)


@contextmanager
def _ending(writer: TickWriter, stop: threading.Event, options: dict[str, Any]) -> Iterator[None]:
    """At the end all that is owed is published; one that makes room for another does not take long over it."""
    try:
        yield
    finally:
        writer.close(LAST_WORDS_S if options["yields"] and stop.is_set() else math.inf)
