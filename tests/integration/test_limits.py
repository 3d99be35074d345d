"""What a visitor may send, and how much an answer may take."""

from __future__ import annotations

import http.client

import psutil

from tests.integration.cases import ProcessCase

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
