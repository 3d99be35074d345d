"""How a long-running command learns that it is to end."""

from __future__ import annotations

import queue
import signal
import threading

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""All end it in order; the last comes when its terminal is closed."""


def stop_on_signals() -> threading.Event:
    """Set, by a thread, once one of them comes: a handler may interrupt whoever holds the event's lock."""
    came: queue.SimpleQueue[int] = queue.SimpleQueue()
    stop = threading.Event()

    def wait() -> None:
        came.get()
        stop.set()

    for number in SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # as `nohup` has it
        # No function of Python's own, which the next signal would interrupt.
        signal.signal(number, came.put)  # type: ignore[arg-type]  # the frame is taken for `block`, which means nothing
    threading.Thread(target=wait, name="signals", daemon=True).start()
    return stop


def ignore_signals() -> None:
    """For the end: one more while the interpreter ends would kill it."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
