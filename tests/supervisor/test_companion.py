"""A producer's companion starts an archiver where none runs."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from unittest import TestCase
from unittest.mock import Mock, patch

from tests.support.waiting import until
from ticks.archive.lock import ArchiverLock
from ticks.supervisor import companion
from ticks.supervisor.companion import Companion


class CompanionTest(TestCase):
    def setUp(self) -> None:
        self.archive = Path(tempfile.mkdtemp(prefix="tickmon-archive-"))
        self.addCleanup(shutil.rmtree, self.archive)
        self.child = Mock(poll=Mock(return_value=None))
        for name, stand_in in (("LOOK_S", 0.01), ("_start", Mock(return_value=self.child))):
            patched = patch.object(companion, name, stand_in)
            patched.start()
            self.addCleanup(patched.stop)

    @property
    def starts(self) -> int:
        return companion._start.call_count  # type: ignore[attr-defined,no-any-return]

    def test_it_starts_one_and_ends_it(self) -> None:
        with Companion(self.archive):
            until(lambda: self.starts, "it is started")
            until(lambda: self.child.poll.call_count > 5, "it is looked after")
            self.assertEqual(self.starts, 1)
            self.child.terminate.assert_not_called()
        self.child.terminate.assert_called_once()

    def test_one_that_died_is_started_again(self) -> None:
        self.child.poll.return_value = 1
        with Companion(self.archive):
            until(lambda: self.starts > 1, "it is started again")

    def test_it_leaves_the_work_to_one_that_runs_and_takes_over(self) -> None:
        looked = threading.Semaphore(0)
        is_free = companion.lock.is_free

        def look(archive: Path) -> bool:
            looked.release()
            return is_free(archive)

        with patch.object(companion.lock, "is_free", look), ArchiverLock(self.archive) as held:
            self.assertTrue(held.take())
            with Companion(self.archive):
                for _ in range(3):
                    self.assertTrue(looked.acquire(timeout=60))
                self.assertEqual(self.starts, 0)
                held.__exit__(None, None, None)
                until(lambda: self.starts, "it takes over")
