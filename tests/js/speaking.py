"""A page that follows a stream, and what it heard."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase
from tests.js.streaming import Peer, Stream
from tests.support.waiting import until

FOLLOW = """
    window.seen = []; window.states = []; window.hellos = []; window.refused = []; window.busyMs = 0; window.early = 0;
    const { send } = WebSocket.prototype;
    let acknowledged = -1;
    WebSocket.prototype.send = function (said) {
        const { type, t } = JSON.parse(said);
        if (type === "ack") acknowledged = t;
        send.call(this, said);
    };
    window.feed = follow({
        stream: "main", ...arg,
        onHello: ({ mode, cursor }, resumed) => hellos.push([mode, cursor.t, resumed]),
        onTicks: (ticks) => {
            const end = performance.now() + busyMs;
            while (performance.now() < end);
            if (ticks.at(-1).t <= acknowledged) early += 1;
            seen.push(...ticks.map(({ t }) => t));
        },
        onError: ({ code }) => refused.push(code),
        onState: ({ state, code, nextTry }) => states.push([state, code, nextTry && nextTry - Date.now()]),
    });
"""


@pytest.mark.browser
class SpeakingCase(ModuleCase):
    def follow(self, server: Any, **options: Any) -> None:
        self.page.route_web_socket("**/ws/stream*", server)
        self.run_js("{ follow } from feed.js", FOLLOW, options)

    def stream(self, newest: int = 10, **options: Any) -> Stream:
        """With the page connected and at its tip."""
        stream = Stream(newest)
        self.follow(stream, **options)
        self.wait(f"seen.at(-1) === {newest}")
        return stream

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}", timeout=60_000)

    def until(self, look: Any, what: str) -> None:
        """While the page's sockets are served."""
        until(lambda: self.page.wait_for_timeout(20) or look(), what, 60)

    def value(self, expression: str) -> Any:
        return self.page.evaluate(f"() => {expression}")

    def lose(self, stream: Stream, meanwhile: int = 0, code: int = 1012) -> Peer:
        """The connection is cut, so many ticks come, and the client is back."""
        known = len(stream.peers)
        for peer in stream.connected:
            peer.close(code)
        stream.push(meanwhile)
        self.until(lambda: len(stream.peers) > known, "it is back")
        return stream.peers[-1]
