"""The answers in docs/http.md, asked of a real server."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from tests.integration.cases import TankCase

DOCUMENT = Path(__file__).parents[2] / "docs" / "http.md"
ANSWERS = re.findall(r"^```answer\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
PATIENCE_S = 60


def pattern(text: str) -> re.Pattern[str]:
    """`…` stands for anything in a line, `<epoch>` for an epoch."""
    escaped = re.escape(text).replace("…", ".*?").replace("<epoch>", "[0-9a-z]{13}")
    return re.compile(escaped)


def test_an_answer_that_differs_from_the_document_is_seen() -> None:
    expected = pattern('id: <epoch>:1\ndata: {"t":1,…}')
    assert expected.fullmatch('id: 0mwpx6cq0aaaa:1\ndata: {"t":1,"ts":2}')
    for said in ('id: 0mwpx6cq0aaaa:1\ndata: {"t":2,"ts":2}', 'id: :1\ndata: {"t":1,"ts":2}', ""):
        assert not expected.fullmatch(said)


class HttpDocumentTest(TankCase):
    def test_the_answers_of_the_document_are_those_of_a_server(self) -> None:
        self.assertGreater(len(ANSWERS), 6)
        for answer in ANSWERS:
            with self.subTest(answer.splitlines()[0]):
                self.ask(answer)
        self.assertNotIn("Traceback", self.worker.said)

    def ask(self, answer: str) -> None:
        request, head, body = answer.split("\n\n", 2)
        target, *headers = request.split("\n")
        status, *named = head.split("\n")
        code, kind = status.split(" ", 1)
        with socket.create_connection(("127.0.0.1", self.processes.port), PATIENCE_S) as connection:
            lines = [f"{target} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
            connection.sendall("\r\n".join(lines).encode())
            said = ""
            expected = pattern(body.rstrip("\n"))
            while not expected.search(_unchunked(said)):
                data = connection.recv(65536)
                self.assertTrue(data, f"{expected.pattern}\n{said}")
                said += data.decode()
        told = said.partition("\r\n\r\n")[0]
        self.assertIn(f" {code} ", told.splitlines()[0])
        for line in (f"Content-Type: {kind}", *named):
            self.assertRegex(told, pattern(line))


def _unchunked(said: str) -> str:
    """The body, as far as it has come; no line of these is as short as a chunk's length."""
    body = said.partition("\r\n\r\n")[2]
    return re.sub(r"(\r\n)?^[0-9a-f]{1,6}\r\n", "", body, flags=re.MULTILINE)
