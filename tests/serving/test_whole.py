from __future__ import annotations

from typing import Any
from unittest import TestCase

from monitor.serving.whole import is_whole, whole

SERVER = [(b"Server", b"x")]


def start(status: Any = 200, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def made(said: dict[str, Any], body: bytes = b"hello", method: bytes = b"GET") -> bytes | None:
    return whole(b"HTTP/1.1", method, said, body, SERVER)


class WholeTest(TestCase):
    def test_head_and_body_are_one(self) -> None:
        expected = b"HTTP/1.1 200 OK\r\nA-Bc: d\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello"
        self.assertEqual(made(start(200, (b"a-bc", b"d"))), expected)

    def test_a_length_that_is_given_is_kept_and_one_that_is_not_is_told_also_of_nothing(self) -> None:
        self.assertEqual((made(start(200, (b"content-length", b"5"))) or b"").lower().count(b"content-length"), 1)
        self.assertIn(b"Content-Length: 0\r\n", made(start(), b"") or b"")

    def test_what_has_no_body_has_none_whatever_the_application_says(self) -> None:
        for said, method in ((start(204), b"GET"), (start(304), b"GET"), (start(200), b"HEAD")):
            data = made(said, b"hello", method) or b""
            self.assertTrue(data.endswith(b"Server: x\r\n\r\n"), data)

    def test_an_unknown_status_has_a_reason_too(self) -> None:
        self.assertTrue((made(start(299)) or b"").startswith(b"HTTP/1.1 299 Unknown Status\r\n"))
        self.assertTrue((made(start(429)) or b"").startswith(b"HTTP/1.1 429 Too Many Requests\r\n"))

    def test_line_ends_in_headers_are_left_to_twisted(self) -> None:
        for header in ((b"A", b"b\r\nC: d"), (b"A", b"b\nC: d"), (b"A", b"b\rC"), (b"A\r\nB", b"c"), (b"A", b"\n\r")):
            self.assertIsNone(made(start(200, header)), header)
        self.assertIsNone(made(start("200")))

    def test_pieces_are_not_whole(self) -> None:
        body = {"type": "http.response.body", "body": b"x"}
        self.assertTrue(is_whole(body))
        self.assertFalse(is_whole({**body, "more_body": True}))
        self.assertFalse(is_whole(start()))
