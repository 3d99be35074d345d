"""Chunks of an answer that an application writes itself: in order, complete, and never more than a peer takes."""

from __future__ import annotations

import time

from tests.serving.cases import WorkerCase
from tests.serving.streams import PIECE
from tests.support.waiting import until

MEGABYTE = 1 << 20


class DirectChunksTest(WorkerCase):
    def test_direct_chunks_and_sends_come_in_the_order_of_the_calls_and_the_connection_goes_on(self) -> None:
        self.start()
        count = 600
        peer = self.peer(narrow=True)
        peer.ask(f"/mixed_pieces?count={count}")
        self.wait_for("congested")  # more than the peer takes at once: rests and queues are what this is about
        peer.head()
        expected = b"".join(number.to_bytes(4, "big") * (PIECE // 4) for number in range(count))
        self.assertTrue(peer.chunks() == expected, "all pieces in their order")
        self.assertGreater(self.happened("tapped"), 0, "or the way around all buffers was not tried")
        self.assertEqual(self.happened("written after the end"), 0)
        peer.ask("/offers")
        self.assertEqual(peer.answer()[1], b"direct")

    def test_a_peer_that_never_reads_leaves_little_here_and_one_that_leaves_ends_its_application(self) -> None:
        self.start()
        before = self.rss_mb()
        peer = self.peer(narrow=True)
        peer.ask("/flood_chunks?count=1000")
        self.wait_for("flood_chunks began")
        for _ in range(10):
            time.sleep(0.1)  # the time in which a server without back-pressure writes all of it
        self.assertLessEqual(self.happened("chunks"), 2, "of 1 MB each")
        self.assertLess(self.rss_mb() - before, 10)
        peer.head()
        for _ in range(20):
            self.assertEqual(peer.line(), b"100000")
            peer.take(MEGABYTE + 2)
        peer.reset()
        self.wait_for("gone")
        self.wait_for("flood_chunks ended")
        until(lambda: self.facts()["channels"] == 1, "that of the question alone")

    def test_the_way_past_send_is_offered_only_where_an_answer_may_be_in_chunks(self) -> None:
        self.start()
        for request, body in (
            ("GET /offers HTTP/1.1", b"direct"),
            ("POST /offers HTTP/1.1", b"by send"),
            ("GET /offers HTTP/1.0", b"by send"),
        ):
            peer = self.peer()
            peer.socket.sendall(f"{request}\r\nHost: test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
            peer.head()
            self.assertIn(body, peer.rest())
