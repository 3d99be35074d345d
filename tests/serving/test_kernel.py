"""What the kernel tells of a connection, on real ones."""

from __future__ import annotations

import socket
import sys
from unittest import TestCase, skipUnless

from monitor.serving import kernel
from tests.support.waiting import until


class Pair:
    """Two ends of a TCP connection, closed with the test."""

    def __init__(self, case: TestCase) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.client = socket.create_connection(listener.getsockname())
            self.server, _ = listener.accept()
        case.addCleanup(self.client.close)
        case.addCleanup(self.server.close)


@skipUnless(sys.platform == "linux", "TCP_INFO is Linux's")
class LinkTest(TestCase):
    def test_bytes_that_the_peers_host_took_are_counted_read_or_not(self) -> None:
        pair = Pair(self)
        before = kernel.link(pair.server)
        assert before
        pair.server.sendall(b"x" * 1000)
        until(lambda: (now := kernel.link(pair.server)) and now.acknowledged == before.acknowledged + 1000, "taken")
        after = kernel.link(pair.server)
        assert after
        self.assertEqual(after.attempts, 0)
        self.assertLess(after.silent_s, 10)

    def test_the_time_since_the_last_acknowledgement_grows(self) -> None:
        pair = Pair(self)
        pair.server.sendall(b"x")
        until(lambda: (link := kernel.link(pair.server)) and link.silent_s > 0.2, "silence")

    def test_a_unix_socket_tells_what_was_not_read(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX)
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        self.assertEqual(kernel.unread(ours), 0)
        ours.sendall(b"x" * 1000)
        self.assertGreaterEqual(kernel.unread(ours), 1000)
        theirs.recv(1000)
        self.assertEqual(kernel.unread(ours), 0)
