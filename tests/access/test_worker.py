from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.support.cases import ValkeyCase
from ticks.access.limits import Candidate, Limits
from ticks.access.shared import Shared
from ticks.access.worker import Worker, _started, this_worker


def test_a_worker_is_read_from_its_key() -> None:
    worker = this_worker()
    assert Worker.parse(worker.key) == worker
    assert not worker.is_dead()
    assert worker.name.endswith(f":{os.getpid()}")


def test_a_process_id_that_was_given_out_again_is_another_worker() -> None:
    assert this_worker()._replace(started="1").is_dead()


def test_of_a_worker_elsewhere_nobody_knows_whether_it_lives() -> None:
    assert not Worker("elsewhere", 2**22 + 1, "1", "host").is_dead()


class KilledTest(ValkeyCase):
    def test_a_killed_worker_of_this_host_is_forgotten_at_once_with_what_it_counted(self) -> None:
        """Also while its parent has not yet asked how it ended."""
        shared = Shared(self.connect())
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self.addCleanup(process.communicate)
        started = _started(process.pid)
        assert started is not None
        killed = this_worker()._replace(pid=process.pid, started=started)
        shared.admit(killed, {"a": 1, "b": 1}, [], Limits(1, 1))
        self.assertEqual(shared.workers(), [killed])
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        self.assertEqual(shared.workers(), [])
        found = shared.admit(this_worker(), {"a": 0, "b": 0}, [Candidate("a", "b")], Limits(1, 1))
        self.assertEqual(found[1], [None])
