"""A web worker: Daphne on a listening socket that it inherits. `python -m monitor.server --fd N`"""

from __future__ import annotations

import argparse
import os
import resource
import sys

from django.urls import get_resolver

from monitor import lifeline, memory
from monitor.serving.server import PatientServer

SWITCH_S = 0.001
"""A request that computes in a thread gives the event loop its turn within 1 ms, instead of Python's 5."""
MANY_FILES = 1 << 16


def serve(fd: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    from monitor.asgi import application

    get_resolver().check()  # imports the views now rather than with the first request
    sys.setswitchinterval(SWITCH_S)
    memory.freeze()
    PatientServer(application, fd).run()


def allow_many_files() -> None:
    """Each connection is an open file, and where shells begin with 1024 that would be the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, MANY_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m monitor.server", description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="the listening socket, inherited")
    memory.share_one_arena()
    allow_many_files()
    lifeline.watch()
    serve(parser.parse_args().fd)


if __name__ == "__main__":
    main()
