"""How many files a web worker may have open."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from monitor import server
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, 5000))
server.allow_many_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("soft", "expected"), [(256, "(5000, 5000)"), (5000, "(5000, 5000)")])
def test_a_worker_takes_as_many_as_it_may_have(soft: int, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(soft=soft)], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == expected, done.stderr
