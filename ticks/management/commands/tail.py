"""`manage.py tail`: print a stream as it comes, one record a line."""

from __future__ import annotations

import json
import os
import select
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitor import stopping
from ticks.client import Follower, Gap, Item, Refused, follow

WANTED = ("stream", "from_t", "epoch", "from_ts", "fields", "downsample")


class Command(BaseCommand):
    help = "Print a stream as it comes, one record a line; news go to the standard error stream."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        url = "http://127.0.0.1:8000"
        parser.add_argument("url", nargs="?", default=url, metavar="URL", help=f"default: {url}")
        parser.add_argument("--stream", default="main", help="default: main")
        parser.add_argument("--from-t", type=int, metavar="T", help="what comes after T; -1: all that is kept")
        parser.add_argument("--epoch", help="the epoch in which --from-t counts")
        parser.add_argument("--from-ts", type=float, metavar="S", help="UNIX seconds, or seconds ago if negative")
        parser.add_argument("--fields", metavar="A,B", help="only these, as dotted paths")
        parser.add_argument("--downsample", type=int, metavar="N", help="one tick in N")
        parser.add_argument("--token", help="else the environment's TICKS_TOKEN")
        parser.add_argument("--ticks", type=int, metavar="N", help="end after so many")

    def handle(self, *args: Any, **options: Any) -> None:
        token = options["token"] or os.environ.get("TICKS_TOKEN")
        stop = stopping.stop_on_signals()
        try:
            with follow(options["url"], token=token, **{name: options[name] for name in WANTED}) as follower:
                _watch(follower, stop)
                self._print(follower, options["ticks"])
        except (ValueError, Refused) as error:
            raise CommandError(f"{error}.", returncode=2) from None
        except BrokenPipeError:
            _let_go_of_stdout()
        finally:
            stopping.ignore_signals()

    def _print(self, follower: Follower, most: int | None) -> None:
        left = most
        while left != 0 and (item := next(follower, None)) is not None:
            self.stdout.write(_line(item))
            self.stdout.flush()
            if left is not None and not isinstance(item, Gap):
                left -= 1


def _line(item: Item) -> str:
    told = {"gap": _fields(item)} if isinstance(item, Gap) else item
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _fields(gap: Gap) -> dict[str, Any]:
    fields = {"after_t": gap.after_t, "next_t": gap.next_t, "count": gap.count, "reason": gap.reason}
    return fields if gap.epoch is None else {**fields, "epoch": gap.epoch}


def _watch(follower: Follower, stop: threading.Event) -> None:
    """End it on a signal, and once nobody can read any more what is printed, also while no tick comes."""

    def close_on_signal() -> None:
        stop.wait()
        follower.close()

    def close_on_hangup() -> None:
        poller = select.poll()
        poller.register(sys.stdout, 0)
        poller.poll()
        follower.close()

    for target in (close_on_signal, close_on_hangup):
        threading.Thread(target=target, name=target.__name__, daemon=True).start()


def _let_go_of_stdout() -> None:
    """The interpreter flushes it at its end, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
