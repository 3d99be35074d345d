"""What a visitor may send, and how much an answer may take."""

from __future__ import annotations

import http.client

import psutil

from monitor.serving.websocket import MAX_MESSAGE_BYTES
from tests.integration.cases import ProcessCase
from tests.serving.cases import WorkerCase
from tests.serving.peer import BINARY, CLOSE, TEXT, masked
from tests.support.together import together

MEGABYTE = 1 << 20
FILL = """
import django; django.setup()
import os
from ticks.producer import TickWriter
with TickWriter("main") as writer:
    for _ in range(40):
        writer.write({"noise": os.urandom(450_000).hex()})
"""


class LimitsTest(ProcessCase):
    def test_a_body_over_a_megabyte_is_refused_and_not_kept(self) -> None:
        worker = psutil.Process(self.processes.web().process.pid)
        before = worker.memory_info().rss
        for headers in ({"Content-Length": str(100 * MEGABYTE)}, {"Transfer-Encoding": "chunked"}):
            with self.subTest(headers=headers):
                self.assertIn(self.post(headers), (413, None))
        self.assertLess((worker.memory_info().rss - before) / MEGABYTE, 25)
        connection = http.client.HTTPConnection("127.0.0.1", self.processes.port, timeout=60)
        connection.request("POST", "/login/", body=b"x" * 1000)
        self.assertEqual(connection.getresponse().status, 403, "a small one is answered, here for its missing token")
        connection.close()

    def post(self, headers: dict[str, str]) -> int | None:
        """The status, or None where the connection was cut while this was still sending."""
        connection = http.client.HTTPConnection("127.0.0.1", self.processes.port, timeout=60)
        connection.putrequest("POST", "/login/")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        piece = b"x" * MEGABYTE
        try:
            for _ in range(60):
                connection.send(b"%x\r\n%s\r\n" % (MEGABYTE, piece) if "Transfer-Encoding" in headers else piece)
        except OSError:
            pass
        else:
            self.fail("60 MB were taken")
        try:
            return connection.getresponse().status
        except (TimeoutError, OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def test_a_page_of_large_ticks_is_cut_at_some_megabytes(self) -> None:
        filler = self.processes.program(FILL)
        self.assertEqual(filler.process.wait(120), 0, filler.said)
        self.processes.web()
        connection = http.client.HTTPConnection("127.0.0.1", self.processes.port, timeout=60)
        connection.request("GET", "/api/streams/main/ticks/?limit=1000")
        body = connection.getresponse().read()
        connection.close()
        self.assertTrue(4 * MEGABYTE < len(body) < 7 * MEGABYTE, len(body))


@together
class MessageTest(WorkerCase):
    def test_a_message_of_the_largest_size_is_taken_and_one_byte_more_is_answered_with_1009(self) -> None:
        self.start()
        peer = self.socket("/echo")
        peer.say(BINARY, b"x" * MAX_MESSAGE_BYTES)
        self.assertEqual(peer.message(), (BINARY, b"x" * MAX_MESSAGE_BYTES))
        peer.say(BINARY, b"x" * (MAX_MESSAGE_BYTES + 1))
        frame = peer.message()
        self.assertEqual((frame.close_code, frame.payload[2:]), (1009, b"more than 65536 bytes"))
        peer.say(CLOSE, frame.payload)
        self.assertEqual(peer.rest(), b"")
        self.wait_for("echo left")

    def test_pieces_count_together(self) -> None:
        self.start()
        peer = self.socket("/echo")
        piece = bytes([TEXT]) + masked(TEXT, b"x" * 40_000)[1:]  # without the bit of the last one
        peer.socket.sendall(piece)
        peer.socket.sendall(b"\x00" + piece[1:])
        self.assertEqual(peer.message().close_code, 1009)

    def test_a_large_message_is_read_on_and_thrown_away_so_that_its_sender_hears_why(self) -> None:
        worker = self.start()
        peer = self.socket("/echo")
        before = psutil.Process(worker.process.pid).memory_info().rss
        peer.say(BINARY, bytes(30 * MEGABYTE))
        self.assertEqual(peer.message().close_code, 1009)
        grown = psutil.Process(worker.process.pid).memory_info().rss - before
        self.assertLess(grown / MEGABYTE, 5)
        self.assertEqual(self.happened("echo ended"), 0, "until the sender has answered")

    def test_a_frame_that_breaks_the_protocol_ends_the_connection(self) -> None:
        self.start()
        for broken in (b"\x83\x80" + bytes(4), b"\x89\xfe\x00\xff" + bytes(4), b"\x82\x01x", b"\xc1\x80" + bytes(4)):
            with self.subTest(broken=broken):
                peer = self.socket("/echo")
                peer.socket.sendall(broken)
                peer.wait_for_end()
        self.wait_for("echo left", 4)
