"""Everything in one terminal: Valkey, database, web workers, producer."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitor.home import HomeError
from ticks.supervisor.part import StartError
from ticks.supervisor.supervisor import Plan, Supervisor
from ticks.supervisor.terminal import Terminal

MOST_WORKERS = 64


class Command(BaseCommand):
    help = "Runs the whole monitor in this terminal until Ctrl-C; prints where it is and a sign-in link."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at; 0.0.0.0 or :: for all")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free one")
        parser.add_argument("--workers", type=int, default=1, help="number of web processes")
        parser.add_argument(
            "--source", choices=("host", "simulation", "none"), default="host", help="what the producer samples"
        )
        visibility = parser.add_mutually_exclusive_group()
        visibility.add_argument("--public", action="store_true", default=None, help="let everybody watch stream main")
        visibility.add_argument(
            "--private", action="store_false", dest="public", default=None, help="let only staff watch it"
        )
        parser.add_argument(
            "--allow-host",
            action="append",
            default=[],
            metavar="HOST",
            help="one more host name to answer to",
        )

    def handle(self, **options: Any) -> None:
        plan = planned(options)
        terminal = Terminal()
        try:
            asyncio.run(Supervisor(plan, terminal).run())
        except (StartError, HomeError) as error:
            raise CommandError(str(error), returncode=2) from error
        finally:
            terminal.close()


def planned(options: dict[str, Any]) -> Plan:
    """Raises CommandError, with status 2, where an option makes no sense."""
    if not options["host"].strip():
        _refuse("--host needs an address: 127.0.0.1 for this machine alone, 0.0.0.0 for everybody.")
    if not 0 <= options["port"] <= 65535:
        _refuse(f"--port {options['port']} is not a port: use 1 to 65535, or 0 for any free one.")
    if not 1 <= options["workers"] <= MOST_WORKERS:
        _refuse(f"--workers {options['workers']} is not possible: use 1 to {MOST_WORKERS}.")
    for host in options["allow_host"]:
        if not host or set(host) & set("/, ") or (":" in host and not host.startswith("[")):
            _refuse(f"--allow-host {host!r} is not a host name: give it without scheme and port.")
    return Plan(
        host=options["host"].strip(),
        port=options["port"],
        workers=options["workers"],
        source=None if options["source"] == "none" else options["source"],
        public=options["public"],
        allow_hosts=tuple(options["allow_host"]),
    )


def _refuse(sentence: str) -> None:
    raise CommandError(sentence, returncode=2)
