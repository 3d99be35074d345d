"""A web worker: Daphne on a listening socket that it inherits. `python -m monitor.server --fd N`"""

from __future__ import annotations

import argparse
import os
import sys

from django.urls import get_resolver

from monitor import lifeline, memory
from monitor.serving.server import PatientServer

SWITCH_S = 0.001
"""A request that computes in a thread gives the event loop its turn within 1 ms, instead of Python's 5."""


def serve(fd: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    from monitor.asgi import application

    get_resolver().check()  # imports the views now rather than with the first request
    sys.setswitchinterval(SWITCH_S)
    memory.freeze()
    PatientServer(application, fd).run()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m monitor.server", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="the listening socket, inherited")
    memory.share_one_arena()
    lifeline.watch()
    serve(parser.parse_args().fd)


if __name__ == "__main__":
    main()
