"""A terminal of a test's own, as a program has it that is run in one."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import threading
from contextlib import suppress
from typing import Self


class PseudoTerminal:
    """What is written to `fd` is read here; `lines` is what a person sees of it, the last of them unfinished."""

    def __init__(self, columns: int = 200) -> None:
        self._master, self.fd = pty.openpty()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        self.raw = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        """Erasing begins a line anew."""
        return [line.rpartition("\r\x1b[K")[2] for line in self.raw.split("\r\n")]

    def close(self) -> None:
        os.close(self.fd)
        self._thread.join(5)  # it ends with the last program that has it open
        os.close(self._master)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        with suppress(OSError):  # nobody has it open any more
            while data := os.read(self._master, 65536):
                self.raw += data.decode()
