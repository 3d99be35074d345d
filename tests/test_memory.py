"""What the allocator keeps: told by glibc itself."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

ARENAS = """
import ctypes, sys, threading
from monitor import memory
if sys.argv[1] == "share":
    memory.share_one_arena()
begin = threading.Barrier(8)
def allocate():
    begin.wait()
    return [bytes(100_000 + i) for i in range(50)]
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_all_threads_share_one_arena() -> None:
    assert arenas("share") == 1
    assert arenas("leave") > 1


def arenas(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", ARENAS, how], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")
