"""The opening handshake against RFC 6455: what is agreed to, and how what is wrong is refused."""

from __future__ import annotations

import base64
import hashlib
import os

from tests.integration.conformance import TARGET, ConformanceCase
from tests.serving.peer import Peer
from tests.support.frames import TEXT

UPGRADE, CONNECTION, VERSION = "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
"""With the accepted key of it, the example of RFC 6455, 1.3."""
ACCEPTED = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OFFER = "Sec-WebSocket-Extensions: "


class HandshakeCase(ConformanceCase):
    def ask(self, *lines: str, request: str = f"GET {TARGET} HTTP/1.1", host: str | None = None) -> Peer:
        """A request of these lines, and a Host."""
        peer = Peer(self.processes.port)
        self.addCleanup(peer.close)
        host = f"Host: 127.0.0.1:{self.processes.port}" if host is None else host
        peer.socket.sendall("\r\n".join([request, host, *lines, "", ""]).encode("latin1"))
        return peer

    def offer(self, *lines: str) -> Peer:
        return self.ask(UPGRADE, CONNECTION, KEY, VERSION, *lines)

    def answered(self, peer: Peer) -> tuple[int, dict[str, str]]:
        """The status, and the headers by their names in small letters."""
        status, *lines = peer.head().decode("latin1").split("\r\n")
        headers = [line.partition(": ") for line in lines]
        self.assertEqual(len({name.lower() for name, _, _ in headers}), len(headers), "each once")
        return int(status.split()[1]), {name.lower(): value for name, _, value in headers}

    def agreed(self, peer: Peer) -> dict[str, str]:
        """The headers of an answer that opens the WebSocket, over which then something comes."""
        status, headers = self.answered(peer)
        self.assertEqual((status, headers["upgrade"].lower(), headers["connection"]), (101, "websocket", "Upgrade"))
        peer.message()
        return headers

    def assert_refused(self, peer: Peer, *statuses: int) -> dict[str, str]:
        """In a whole answer, after which the connection ends or is ready for another request."""
        status, headers = self.answered(peer)
        self.assertIn(status, statuses)
        peer.take(int(headers.get("content-length", 0)))
        return headers


class AgreedTest(HandshakeCase):
    def test_the_key_is_answered(self) -> None:
        self.assertEqual(self.agreed(self.offer())["sec-websocket-accept"], ACCEPTED)
        for _ in range(20):
            key = base64.b64encode(os.urandom(16))
            headers = self.agreed(self.ask(UPGRADE, CONNECTION, VERSION, f"Sec-WebSocket-Key: {key.decode()}"))
            expected = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
            self.assertEqual(headers["sec-websocket-accept"], expected)

    def test_names_and_words_are_taken_in_any_case_and_among_others(self) -> None:
        for lines in (
            ("upgrade: WebSocket", "connection: keep-alive, upgrade", KEY.upper()[:17] + KEY[17:], VERSION.lower()),
            ("UPGRADE: WEBSOCKET", "CONNECTION: UPGRADE", KEY, VERSION),
            ("Upgrade:websocket", "Connection:Upgrade", KEY, "Sec-WebSocket-Version:  13 "),
        ):
            with self.subTest(lines):
                self.agreed(self.ask(*lines))

    def test_the_subprotocol_is_chosen_among_others_wherever_it_stands(self) -> None:
        for offered in (
            ["ticks.v1"],
            ["ticks.v1, chat"],
            ["chat,superchat,ticks.v1"],
            ["chat", "ticks.v1"],
            ["ticks.v2 , ticks.v1"],
        ):
            with self.subTest(offered):
                peer = self.offer(*(f"Sec-WebSocket-Protocol: {line}" for line in offered))
                self.assertEqual(self.agreed(peer)["sec-websocket-protocol"], "ticks.v1")

    def test_none_is_chosen_where_none_is_known_and_the_records_come_plainly(self) -> None:
        for offered in ("chat", "ticks.v2", "TICKS.V1", "ticks", "ticks%2Ev1", "ticks.v1x"):
            with self.subTest(offered):
                peer = self.offer(f"Sec-WebSocket-Protocol: {offered}")
                self.assertNotIn("sec-websocket-protocol", self.agreed(peer))
                opcode, payload = peer.message()
                self.assertEqual((opcode, payload[:5]), (TEXT, b'{"t":'))

    def test_no_extension_is_agreed_to_whatever_is_offered(self) -> None:
        for offered in (
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover; client_max_window_bits=10, permessage-deflate",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; nonsense=1",
            "permessage-bzip2, permessage-snappy, x-webkit-deflate-frame",
            'mux; max-channels="4"',
            ";;,=,",
        ):
            with self.subTest(offered):
                self.assertNotIn("sec-websocket-extensions", self.agreed(self.offer(OFFER + offered)))


class RefusedTest(HandshakeCase):
    def test_another_version_is_answered_with_the_one_that_is_spoken(self) -> None:
        for version in ("0", "7", "8", "12", "14", "255", "-13", "thirteen", "", "13, 8", "130"):
            with self.subTest(version):
                headers = self.assert_refused(
                    self.ask(UPGRADE, CONNECTION, KEY, f"Sec-WebSocket-Version: {version}"), 426
                )
                self.assertEqual((headers["sec-websocket-version"], headers["upgrade"]), ("13", "websocket"))

    def test_who_names_no_version_too(self) -> None:
        headers = self.assert_refused(self.ask(UPGRADE, CONNECTION, KEY), 426)
        self.assertEqual(headers["sec-websocket-version"], "13")

    def test_a_key_that_is_none_is_refused(self) -> None:
        for lines in (
            (),
            ("Sec-WebSocket-Key: ",),
            ("Sec-WebSocket-Key: short",),
            (KEY + "AAAA",),
            (KEY[:-2] + "xx",),
            (KEY.replace("G", "*"),),
            (KEY.replace("G", "é"),),
            (KEY, KEY),
        ):
            with self.subTest(lines):
                self.assert_refused(self.ask(UPGRADE, CONNECTION, VERSION, *lines), 400)

    def test_a_connection_header_that_asks_for_none_is_refused(self) -> None:
        self.assert_refused(self.ask(UPGRADE, KEY, VERSION), 400)
        self.assert_refused(self.ask(UPGRADE, KEY, VERSION, "Connection: close"), 400)

    def test_another_upgrade_or_none_is_an_ordinary_request(self) -> None:
        for lines in ((), ("Upgrade: h2c",), ("Upgrade: websockets",), ("Upgrade: ",)):
            with self.subTest(lines):
                self.assert_refused(self.ask(*lines, CONNECTION, KEY, VERSION), 404, 426)

    def test_another_method_or_an_older_http_is_an_ordinary_request(self) -> None:
        for method in ("POST", "HEAD", "PUT", "OPTIONS"):
            with self.subTest(method):
                request = f"{method} {TARGET} HTTP/1.1"
                peer = self.ask(UPGRADE, CONNECTION, KEY, VERSION, "Content-Length: 0", request=request)
                status, _ = self.answered(peer)
                self.assertIn(status, (403, 404, 405, 426))
        peer = self.ask(UPGRADE, CONNECTION, KEY, VERSION, request=f"GET {TARGET} HTTP/1.0")
        self.assert_refused(peer, 404, 426)

    def test_a_host_that_is_missing_or_no_name_is_refused(self) -> None:
        for host in ("X-None: 1", "Host: a:b", "Host: a\r\nHost: b"):
            with self.subTest(host):
                peer = self.ask(UPGRADE, CONNECTION, KEY, VERSION, host=host)
                self.assert_refused(peer, 400)

    def test_an_origin_that_is_no_address_is_refused(self) -> None:
        for origin in ("http://[", "nonsense", "http://a:port"):
            with self.subTest(origin):
                self.assert_refused(self.offer(f"Origin: {origin}"), 400)

    def test_subprotocols_that_are_no_words_are_refused(self) -> None:
        for offered in ("ticks.v1, ticks.v1", "tické.v1", "\xff"):
            with self.subTest(offered):
                self.assert_refused(self.offer(f"Sec-WebSocket-Protocol: {offered}"), 400)

    def test_headers_that_are_too_large_too_many_or_no_headers_are_refused(self) -> None:
        for lines in (
            ("X-Large: " + "x" * 20_000,),
            tuple(f"X-{number}: {'x' * 1000}" for number in range(40)),
            tuple(f"X-{number}: x" for number in range(1000)),
            ("X-Line: a\x85b",),
            ("no header at all",),
            ("X Space: 1",),
        ):
            with self.subTest(lines[0][:20]):
                self.assert_refused(self.offer(*lines), 400, 431)

    def test_a_request_line_that_is_none_is_refused(self) -> None:
        for request in ("GET", f"GET {TARGET}", "GET /ws/stre\xe4m HTTP/1.1", f"GET {TARGET}#there HTTP/1.1"):
            with self.subTest(request):
                self.assert_refused(self.ask(UPGRADE, CONNECTION, KEY, VERSION, request=request), 400)

    def test_a_path_without_a_socket_is_refused(self) -> None:
        peer = self.ask(UPGRADE, CONNECTION, KEY, VERSION, request="GET /ws/nowhere HTTP/1.1")
        self.assert_refused(peer, 403, 404)
