"""nginx from the distribution's packages, in front of a web worker, with its defaults."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.conftest import NGINX
from tests.support.waiting import until

CONFIG = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen unix:{folder}/socket;
        location / {{
            proxy_pass http://127.0.0.1:{port};
        }}
        location /ws/ {{
            proxy_pass http://127.0.0.1:{port};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }}
    }}
}}
"""


@contextmanager
def nginx(port: int) -> Iterator[str]:
    """In front of this port; gives the path of the unix socket at which it listens, since no port is free for sure."""
    assert NGINX, "there is no nginx here: apt-get install nginx"
    with tempfile.TemporaryDirectory(prefix="tickmon-nginx-") as name:
        folder = Path(name)
        config, log, socket = (folder / part for part in ("conf", "error.log", "socket"))
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(CONFIG.format(folder=folder, port=port, user=user))
        master = subprocess.Popen([NGINX, "-p", name, "-c", str(config), "-e", str(log)])
        try:
            until(lambda: socket.exists() or master.poll() is not None, "nginx listens")
            assert master.poll() is None, log.read_text()
            yield str(socket)
        finally:
            workers = psutil.Process(master.pid).children() if master.poll() is None else []
            for process in (master, *workers):
                process.kill()
            master.wait()
            psutil.wait_procs(workers, 10)
