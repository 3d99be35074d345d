"""The conversations in docs/protocol.md, held with a real server."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.integration.cases import TankCase

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
CONVERSATIONS = re.findall(r"^```conversation\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
ANY = "…"


def parse(text: str) -> Any:
    """JSON in which `…` stands for any value, and at the end of an object for any keys."""
    open_ended = re.sub(r",\s*…\s*}", f', "{ANY}": "{ANY}"}}', text)
    return json.loads(re.sub(r'(?<!")…(?!")', f'"{ANY}"', open_ended))


def matches(expected: Any, said: Any) -> bool:
    if expected == ANY:
        return True
    if isinstance(expected, dict) and isinstance(said, dict):
        named = {key: value for key, value in expected.items() if key != ANY}
        complete = ANY in expected or set(named) == set(said)
        return complete and all(key in said and matches(value, said[key]) for key, value in named.items())
    if isinstance(expected, list) and isinstance(said, list):
        return len(expected) == len(said) and all(map(matches, expected, said))
    return bool(expected == said)


def hear(socket: ClientConnection) -> Any:
    """The next message that is no heartbeat."""
    while True:
        frame = socket.recv(60)
        message = json.loads(gzip.decompress(frame) if isinstance(frame, bytes) else frame)
        if message.get("type") != "heartbeat":
            return message


def test_a_message_that_differs_from_the_document_is_seen() -> None:
    said = {"type": "x", "a": 1, "b": [{"c": 2}]}
    for text in ('{"type": "x", …}', '{"type": "x", "a": …, "b": …}', '{"type": "x", "b": [{"c": 2}], …}'):
        assert matches(parse(text), said), text
    for text in ('{"type": "x"}', '{"type": "y", …}', '{"type": "x", "b": [], …}', '{"type": "x", "d": …, …}'):
        assert not matches(parse(text), said), text


@pytest.mark.integration
class ProtocolDocumentTest(TankCase):
    def tick(self, t: int) -> dict[str, Any]:
        return {**super().tick(t), "valves": [{"open": True}, {"open": False}]}

    def test_the_conversations_of_the_document_are_held_as_they_stand_there(self) -> None:
        self.assertGreater(len(CONVERSATIONS), 4)
        for conversation in CONVERSATIONS:
            with self.subTest(conversation.splitlines()[0]):
                self.hold(conversation)
        self.assertNotIn("Traceback", self.worker.said)

    def hold(self, conversation: str) -> None:
        first, *lines = conversation.splitlines()
        mode, path = first.split(" ")
        subprotocols = [Subprotocol(mode)] if mode != "plain" else None
        url = self.processes.socket_url.replace("/ws/stream", path)
        with connect(url, subprotocols=subprotocols, compression=None) as socket:
            for line in lines:
                what, said = line[0], line[2:]
                if what == ">":
                    socket.send(said)
                elif what == "<":
                    message = hear(socket)
                    self.assertTrue(matches(parse(said), message), f"{said}\n{json.dumps(message)}")
                else:
                    self.assertEqual(what, "=")
                    with self.assertRaises(ConnectionClosed) as closed:
                        hear(socket)
                    assert closed.exception.rcvd is not None
                    self.assertEqual(closed.exception.rcvd.code, int(said))
