"""The home, its lock, the folder for its sockets, and the line to a killed parent."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.home import HomeError, HomeLock, embedded_url, prepare_home, runtime_dir, secret_key

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    path = prepare_home(tmp_path / "home")
    yield path
    runtime_dir(path).rmdir()


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestPrepareHome:
    def test_it_makes_the_home_for_its_owner_alone(self, tmp_path: Path) -> None:
        home = prepare_home(tmp_path / "a" / "b c")
        assert mode(home) == 0o700
        assert home.is_absolute()

    def test_it_takes_the_home_as_it_is(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o750)
        assert prepare_home(tmp_path) == tmp_path.resolve()
        assert mode(tmp_path) == 0o750

    def test_a_file_is_no_home(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(HomeError, match="MONITOR_HOME"):
                prepare_home(path)

    def test_a_file_of_ours_that_cannot_be_written_is_named(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (home / "db.sqlite3").touch()
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
        with pytest.raises(HomeError, match=r"db\.sqlite3 cannot be written"):
            prepare_home(home)


class TestSecretKey:
    def test_it_is_made_once_and_private(self, home: Path) -> None:
        key = secret_key(home)
        assert len(key) >= 50
        assert secret_key(home) == key
        assert mode(home / "secret_key") == 0o600

    def test_one_that_a_killed_writer_left_empty_is_made_again(self, home: Path) -> None:
        (home / "secret_key").touch()
        assert len(secret_key(home)) >= 50

    def test_one_by_hand_counts(self, home: Path) -> None:
        (home / "secret_key").write_text("by hand")
        assert secret_key(home) == "by hand"

    def test_processes_that_start_together_get_the_same(self, home: Path) -> None:
        code = "import sys; from monitor.home import *; input(); print(secret_key(prepare_home(sys.argv[1])))"
        racers = [python(code, home) for _ in range(4)]
        for racer in racers:
            assert racer.stdin
            racer.stdin.write("\n")
            racer.stdin.flush()
        assert len({racer.communicate(timeout=60)[0] for racer in racers}) == 1


class TestRuntimeDir:
    def test_it_is_private_and_depends_on_the_home_alone(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        folder = runtime_dir(home)
        assert mode(folder) == 0o700
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        assert runtime_dir(home) == folder

    def test_each_home_has_its_own(self, home: Path, tmp_path: Path) -> None:
        other = runtime_dir(prepare_home(tmp_path / "other"))
        assert other != runtime_dir(home)
        other.rmdir()

    def test_the_socket_path_is_short(self, tmp_path: Path) -> None:
        home = prepare_home(tmp_path / ("long" * 50))
        path = embedded_url(home).removeprefix("unix://")
        assert len(path) < 60
        assert not Path(path).parent.exists(), "only who listens makes the folder"

    def test_a_folder_that_others_could_enter_is_closed(self, home: Path) -> None:
        runtime_dir(home).chmod(0o777)
        assert mode(runtime_dir(home)) == 0o700

    def test_a_symbolic_link_is_refused(self, home: Path, tmp_path: Path) -> None:
        folder = runtime_dir(home)
        folder.rmdir()
        folder.symlink_to(tmp_path)
        for use in (runtime_dir, embedded_url):
            with pytest.raises(HomeError, match="not this user's own"):
                use(home)
        folder.unlink()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
    def test_a_folder_of_somebody_else_is_refused(self, home: Path) -> None:
        folder = runtime_dir(home)
        os.chown(folder, 65534, 65534)
        with pytest.raises(HomeError, match="not this user's own"):
            runtime_dir(home)
        os.chown(folder, 0, 0)


class TestHomeLock:
    HOLD = """
import sys
from pathlib import Path
from monitor.home import HomeLock
with HomeLock(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""

    def test_it_names_its_holder(self, home: Path) -> None:
        holder = python(self.HOLD, home)
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HomeError, match=rf"process {holder.pid}\b"), HomeLock(home):
            pass
        holder.communicate("\n", timeout=60)
        with HomeLock(home) as lock:
            assert not lock.after_kill

    def test_a_killed_holder_leaves_it_free(self, home: Path) -> None:
        holder = python(self.HOLD, home)
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.communicate(timeout=60)
        with HomeLock(home) as lock:
            assert lock.after_kill


class TestLifeline:
    CHILD = """
import signal, sys, threading
from monitor import lifeline
stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: (print("stopped", flush=True), stopped.set()))
lifeline.watch()
print("ready", flush=True)
while not stopped.wait(0.1): pass
"""
    PARENT = """
import os, subprocess, sys
reading, writing = os.pipe()
subprocess.Popen([sys.executable, "-c", sys.argv[1]], pass_fds=[reading],
                 env={**os.environ, "MONITOR_LIFELINE_FD": str(reading)})
input()
"""

    def test_a_child_stops_when_its_parent_is_killed(self) -> None:
        parent = python(self.PARENT, self.CHILD)
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        parent.send_signal(signal.SIGKILL)
        assert parent.stdout.read() == "stopped\n"  # read to the end: the child is gone too
        parent.communicate(timeout=60)

    def test_without_a_parent_it_does_nothing(self) -> None:
        code = "import threading; from monitor import lifeline; lifeline.watch(); print(threading.active_count())"
        assert python(code).communicate(timeout=60)[0] == "1\n"
