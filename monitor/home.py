"""The home, which holds database, archive and secret key, and what belongs to it outside."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from django.core.exceptions import ImproperlyConfigured

SOCKET = "valkey.sock"
OWN_FILES = ("db.sqlite3", "archive", "secret_key", "runmonitor.lock")


class HomeError(ImproperlyConfigured):
    """The home, or something in it, cannot be used; says what to do."""


def prepare_home(path: Path | str) -> Path:
    """The home as an absolute path, made (for its owner alone) where it is missing.

    Raises HomeError where this process could not write it.
    """
    home = Path(path).expanduser().absolute()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise HomeError(
            f"The home {home} cannot be written ({error.strerror}): "
            "make it writable, or name another folder in MONITOR_HOME."
        ) from error
    for own in (home / name for name in OWN_FILES):
        if own.exists() and not os.access(own, os.W_OK):
            raise HomeError(
                f"{own} cannot be written by this user: give it to this user, or name another home in MONITOR_HOME."
            )
    return home.resolve()


def secret_key(home: Path) -> str:
    """The key that signs sessions; made once, the same for every process of the home."""
    path = home / "secret_key"
    with _home_errors(path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not (key := file.read().strip()):
                key = secrets.token_urlsafe(50)
                _replace_text(file, f"{key}\n")
    return key


def runtime_dir(home: Path) -> Path:
    """A short private folder for the home's sockets, made where it is missing.

    Raises HomeError where the folder is not this user's own.
    """
    folder = runtime_path(home)
    with _home_errors(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(folder)
        folder.chmod(0o700)
    return folder


def embedded_url(home: Path) -> str:
    """Where the home's embedded Valkey listens. Raises HomeError where that folder is not this user's own."""
    folder = runtime_path(home)
    with _home_errors(folder), suppress(FileNotFoundError):
        _refuse_foreign(folder)
    return f"unix://{folder / SOCKET}"


def runtime_path(home: Path) -> Path:
    """It depends on the home and the user alone.

    $XDG_RUNTIME_DIR and $TMPDIR differ between a login, a service and tmux, and the former goes with the last
    login while a monitor in tmux goes on.
    """
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:8]
    base = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
    return base / f"tickmon-{os.geteuid()}-{digest}"


def _refuse_foreign(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise HomeError(f"{folder} is not this user's own folder: remove it and start again.")


class HomeLock:
    """Held by the one runmonitor of a home; a killed holder's lock is free at once.

    Raises HomeError on entering while another process holds it. `after_kill`: the last holder did not get to leave.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.after_kill = False

    def __enter__(self) -> HomeLock:
        path = self.home / "runmonitor.lock"
        with _home_errors(path):
            self._file = path.open("a+")
            self._file.seek(0)
            holder = self._file.read().strip()
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._file.close()
                raise HomeError(
                    f"Another runmonitor (process {holder or 'unknown'}) uses the home {self.home}: "
                    "stop it, or name another folder in MONITOR_HOME."
                ) from None
            self.after_kill = bool(holder)
            _replace_text(self._file, f"{os.getpid()}\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.truncate(0)
        self._file.close()


def _replace_text(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _home_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HomeError(f"{path} cannot be used ({error.strerror}).") from error
