"""A Chromium whose tabs are really hidden behind each other: under Playwright each believes itself in front."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.conftest import CHROMIUM
from tests.support.browser import QUIET
from tests.support.waiting import until

BLANK = "about:blank"


class Chrome:
    """Spoken to in the DevTools protocol, over one socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.events: list[dict[str, Any]] = []
        """Of all tabs, those that came while an answer was waited for."""

    def call(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """The answer."""
        self._sent += 1
        of_tab = {} if session is None else {"sessionId": session}
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters, **of_tab}))
        while (told := json.loads(self._socket.recv())).get("id") != self._sent:
            self.events.append(told)
        assert "error" not in told, f"{method}: {told['error']}"
        answer: dict[str, Any] = told["result"]
        return answer


class Tab:
    """In front of all others once it is made."""

    def __init__(self, chrome: Chrome, context: str | None = None) -> None:
        """`context`: of `apart`, with a cache of its own."""
        self._chrome = chrome
        within = {} if context is None else {"browserContextId": context}
        self._target: str = chrome.call("Target.createTarget", url=BLANK, **within)["targetId"]
        attached = chrome.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session: str = attached["sessionId"]

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        return self._chrome.call(method, self._session, **parameters)

    def evaluate(self, expression: str) -> Any:
        """Its value, once it is there where it is a promise."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait_for(self, expression: str) -> None:
        until(lambda: self.evaluate(expression), expression)

    def show(self) -> None:
        """The others are hidden behind it."""
        self._chrome.call("Target.activateTarget", targetId=self._target)

    def happened(self, method: str) -> int:
        """How often, as far as it was told."""
        self.evaluate("0")
        events = self._chrome.events
        return sum(one["method"] == method and one.get("sessionId") == self._session for one in events)


@contextmanager
def apart(chrome: Chrome) -> Iterator[Tab]:
    """A tab with nothing cached; gone afterwards."""
    context: str = chrome.call("Target.createBrowserContext")["browserContextId"]
    try:
        yield Tab(chrome, context)
    finally:
        chrome.call("Target.disposeBrowserContext", browserContextId=context)


@contextmanager
def chrome(wide: int, high: int) -> Iterator[Chrome]:
    """A window of so many CSS pixels; all is gone afterwards."""
    assert CHROMIUM, "there is no Chromium here: apt-get install chromium"
    profile = Path(tempfile.mkdtemp(prefix="tickmon-chrome-"))
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    own = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}", f"--window-size={wide},{high}"]
    command = [CHROMIUM, *QUIET, *sandbox, *own, BLANK]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_address(profile), max_size=None, compression=None) as socket:
            made = Chrome(socket)
            yield made
            made.call("Browser.close")
        process.wait(60)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _address(profile: Path) -> str:
    """Where it listens, as it writes down itself."""
    told = profile / "DevToolsActivePort"
    port, path = until(lambda: told.exists() and told.read_text().split(), "Chromium listens")  # type: ignore[misc]
    return f"ws://127.0.0.1:{port}{path}"
