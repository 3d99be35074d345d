"""Nchan from Debian's packages: nginx with one worker, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.peers.peer import Peer, free_port, listens, temporary
from tests.support.waiting import until

PACKAGES = ("nginx", "libnginx-mod-nchan")
CONFIG = Path(__file__).with_name("nginx.conf")
MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")


def found() -> bool:
    """Whether it is there, installed now if need be; says so where it is not."""
    if not _is_installed() and shutil.which("apt-get") and os.geteuid() == 0:
        print(f"  installing {' '.join(PACKAGES)}", flush=True)
        _try("apt-get", "update")
        _try("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES)
        _try("service", "nginx", "stop")
    if not _is_installed():
        print(f"  SKIPPED: Nchan is not here: apt-get install --no-install-recommends {' '.join(PACKAGES)}", flush=True)
    return _is_installed()


def _try(*command: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _is_installed() -> bool:
    return _nginx() is not None and MODULE.exists()


def _nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def nchan(is_events: bool = False) -> Iterator[Peer]:
    """Subscribers connect to its `url`, by WebSockets or for events; messages are posted to `where`, a port."""
    port = free_port()
    with temporary() as folder:
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(CONFIG.read_text().format(folder=folder, port=port, module=MODULE, user=user))
        log = folder / "error.log"
        master = subprocess.Popen([str(_nginx()), "-p", str(folder), "-c", str(config), "-e", str(log)])
        try:
            until(lambda: listens(port), "nginx listens")
            process = psutil.Process(master.pid)
            url = f"http://127.0.0.1:{port}/events" if is_events else f"ws://127.0.0.1:{port}/subscribe"
            yield Peer(url, str(port), folder, {"nginx": process})
        finally:
            workers = psutil.Process(master.pid).children()
            master.kill()
            master.wait()
            for worker in workers:
                worker.kill()
            psutil.wait_procs(workers, 10)
