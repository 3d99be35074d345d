"""The line by which a part of runmonitor notices that runmonitor itself was killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLE = "MONITOR_LIFELINE_FD"
GRACE_S = 15.0


def watch() -> bool:
    """Stop this process, by SIGTERM to itself, once the process that started it is gone; whether it is a part of one.

    Whoever started it holds the other end of a pipe, so its death, however it died, ends the pipe.
    Does nothing in a process that was started by hand.
    """
    number = os.environ.pop(VARIABLE, None)  # not for children of this process: they do not have the pipe
    if number is None:
        return False
    os.set_inheritable(int(number), False)
    threading.Thread(target=_wait, args=(int(number),), name="lifeline", daemon=True).start()
    return True


@contextmanager
def held() -> Iterator[int]:
    """The reading end of a pipe that ends with this process: children get it, by `VARIABLE` and `pass_fds`."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def _wait(fd: int) -> None:
    while os.read(fd, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)
