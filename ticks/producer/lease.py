"""One writer a stream: a file lock for this host, a lease in Redis with a fencing token for the others."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import redis

from ticks.live.hotlog import HotLog
from ticks.live.standings import PRODUCER_KEPT_S

LEASE_S = 10
"""A lease that is not renewed is free after so long."""
RENEW_S = 3.0

# All are harmless twice. A token is never one that was given out before, also where Redis lost all or some of it.
_ACQUIRE = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] and cjson.decode(held)['place'] ~= ARGV[2] then return {held, 0} end
local own, fence = tonumber(ARGV[4]), tonumber(redis.call('GET', KEYS[2]) or '0')
local used = tonumber(redis.call('HGET', KEYS[3], 'fence') or '0')
if held ~= ARGV[1] or fence ~= own or used > own then
  fence = math.max(own, fence, used) + 1
  redis.call('SET', KEYS[2], fence)
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return {'', fence}
"""
_TELL = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end"


class AnotherProducer(Exception):
    """Another producer holds the stream; the message says who it is, and what would work."""

    def __init__(self, message: str, holder: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.holder = holder or {}

    def makes_room(self) -> bool:
        """Ask the holder to leave, if it is one of this host that does so; whether it was asked."""
        if not self.holder.get("yields") or self.holder["host"] != socket.gethostname():
            return False
        try:
            os.kill(self.holder["pid"], signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            return False
        return True


class WriterLock:
    """The lock file of a stream's archive, held while its writer lives; a killed holder's is free at once.

    A writer signs it, and wipes its name off when it leaves: a name that is still there tells of a kill.
    """

    def __init__(self, stream_dir: Path) -> None:
        stream_dir.mkdir(parents=True, exist_ok=True)
        self._file = (stream_dir / "writer.lock").open("a+")
        self._file.seek(0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _parse(self._file.read())
            self._file.close()
            raise AnotherProducer(_describe(stream_dir.name, holder), holder) from None
        before = _parse(self._file.read())
        self.after_crash = bool(before) and before.get("boot") != boot()
        """The machine went down under the last writer: what was only in the kernel is gone."""
        self._stream_dir = stream_dir
        self._signed = False

    def sign(self, *, yields: bool = False) -> None:
        """`yields`: this writer leaves when another one of this host asks it to."""
        self._signed = True
        self._file.truncate(0)
        self._file.write(json.dumps({**identity(self._stream_dir), "yields": yields}))
        self._file.flush()
        os.fsync(self._file.fileno())

    def release(self) -> None:
        if self._signed:
            self._file.truncate(0)
        self._file.close()


class Lease:
    """The lease of a stream in Redis. Blocking; raises `redis.RedisError` while Redis can't be reached."""

    def __init__(self, client: redis.Redis, hotlog: HotLog, stream_dir: Path) -> None:
        self._stream = stream_dir.name
        self._keys = [hotlog.lease_key, hotlog.fence_key, hotlog.head_key]
        self._told_keys = [hotlog.lease_key, hotlog.producer_key]
        identified = identity(stream_dir)
        self._place, self._holder = identified["place"], json.dumps(identified)
        self._acquire = client.register_script(_ACQUIRE)
        self._tell = client.register_script(_TELL)
        self._release = client.register_script(_RELEASE)
        self._renew_at = 0.0
        self.fence = 0

    def hold(self) -> bool:
        """Take the lease, or renew it when that is due; whether it had to be taken anew.

        A holder of the same archive on this host is dead: its file lock is ours. Raises `AnotherProducer`.
        """
        if time.monotonic() < self._renew_at:
            return False
        before = self.fence
        held, fence = self._acquire(keys=self._keys, args=[self._holder, self._place, LEASE_S, before])
        if held:
            holder = json.loads(held)
            raise AnotherProducer(_describe(self._stream, holder), {**holder, "yields": False})
        self.fence = fence
        self._renew_at = time.monotonic() + RENEW_S
        return bool(fence != before)

    def lost(self) -> None:
        """Ask Redis again before anything else is published."""
        self._renew_at = 0.0

    def tell(self, standing: Mapping[str, Any]) -> None:
        """Say how the holder stands; nothing where that is another one."""
        self._tell(keys=self._told_keys, args=[self._holder, json.dumps(standing), PRODUCER_KEPT_S])

    def release(self) -> None:
        self._release(keys=self._told_keys, args=[self._holder])


def identity(stream_dir: Path) -> dict[str, Any]:
    """Who writes: host, process, since when, and the archive's place, one writer's alone by its file lock."""
    host = socket.gethostname()
    place = f"{host}:{stream_dir.resolve()}"
    command = " ".join(Path(word).name if i == 0 else word for i, word in enumerate(sys.argv))
    return {
        "host": host,
        "pid": os.getpid(),
        "since": time.time(),
        "command": command,
        "place": place,
        "boot": boot(),
    }


def boot() -> str:
    """Names the machine's present boot."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{psutil.boot_time():.0f}"


def _parse(text: str) -> dict[str, Any]:
    """A holder as it was written; nothing where a crash tore it."""
    try:
        holder = json.loads(text)
    except ValueError:
        return {"boot": None} if text else {}
    return holder if isinstance(holder, dict) else {}


def _describe(stream: str, holder: dict[str, Any]) -> str:
    elsewhere = f"give this one a stream of its own: python manage.py runproducer --stream {stream[:62]}-2"
    if "pid" not in holder:
        return f"Another producer writes the stream {stream!r}: {elsewhere}"
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder["since"]))
    return (
        f"Another producer writes the stream {stream!r}: process {holder['pid']} on {holder['host']} "
        f"since {since} ({holder['command']}). Stop it there with kill {holder['pid']}, or {elsewhere}"
    )
