"""`manage.py runproducer`: sample a source on schedule, archive and publish each tick."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from monitor import lifeline
from ticks.models import Stream
from ticks.producer import AnotherProducer, TickWriter, takeover
from ticks.producer.scheduled import run
from ticks.producer.sources import SCHEDULE_FIELDS, SOURCES
from ticks.schedule import Schedule


class Command(BaseCommand):
    help = "Sample a source on schedule; archive and publish each tick."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", default="host", choices=sorted(SOURCES), help="default: host")
        parser.add_argument("--stream", default="main", help="default: main")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds, 0.001 to 3600; default: 1.0")
        parser.add_argument("--ticks", type=int, help="end after so many ticks")
        parser.add_argument("--duration", type=float, help="end after so many seconds")
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
        lifeline.watch()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        call_command("migrate", verbosity=0, interactive=False)
        if options["verbosity"] >= 2:
            logging.getLogger("ticks.producer").setLevel(logging.DEBUG)
        source = SOURCES[options["source"]]()
        make = partial(
            TickWriter,
            options["stream"],
            fields={**source.fields, **SCHEDULE_FIELDS},
            on_refused=stop.set,
            yields=options["yields"],
        )
        try:
            schedule = Schedule(options["interval"], wall=time.time(), monotonic=time.monotonic())
            writer = takeover.wait(make, stop, self.stderr.write) if options["yields"] else takeover.take(make)
        except (ValueError, AnotherProducer) as error:
            raise CommandError(str(error), returncode=2) from None
        if writer is None:
            return
        if options["public"] or options["private"]:
            Stream.objects.set_visibility(options["stream"], options["public"])
        with writer:
            self._announce(writer, options)
            connection.close()
            run(source, writer, schedule, stop, ticks=options["ticks"], duration=options["duration"])
        if writer.refused is not None:
            raise CommandError(str(writer.refused), returncode=2)

    def _announce(self, writer: TickWriter, options: dict[str, Any]) -> None:
        public = Stream.objects.filter(name=writer.stream, public=True).exists()
        who = "public: everybody who reaches the server may watch" if public else "private: staff only"
        self.stderr.write(
            f"{options['source']} → stream {writer.stream} (epoch {writer.epoch}), "
            f"every {options['interval']:g} s, {who}"
        )
