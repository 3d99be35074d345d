"""Answers that are sent in pieces, at the pace of who reads them."""

from __future__ import annotations

import http.client
import time

from tests.serving.cases import WorkerCase
from tests.support.waiting import until

MEGABYTE = 1 << 20


class StreamedTest(WorkerCase):
    def test_a_reader_that_stops_holds_the_application_back_and_nobody_else(self) -> None:
        self.start()
        before = self.rss_mb()
        readers = [self.peer(narrow=True) for _ in range(5)]
        for reader in readers:
            reader.ask("/endless")
            reader.head()
        pieces, longest = 0, 0.0
        while (now := self.happened("endless pieces")) != pieces:  # until none of them makes progress
            pieces = now
            time.sleep(0.3)
        for _ in range(10):
            start = time.monotonic()
            self.assertEqual(self.get("/slow?seconds=0"), b"done")
            longest = max(longest, time.monotonic() - start)
        self.assertLess(self.rss_mb() - before, 10)
        self.assertLess(pieces / 5 * 65_536, 2 * MEGABYTE)
        self.assertLess(longest, 5)
        readers[0].take(10 * MEGABYTE)  # and goes on when its reader does
        self.assertGreater(self.happened("endless pieces"), pieces + 100)

    def test_a_fast_reader_of_an_endless_answer_does_not_stop_all_others(self) -> None:
        self.start()
        reader = self.peer()
        reader.ask("/endless")
        reader.head()
        for _ in range(5):
            reader.take(20 * MEGABYTE)
            self.assertEqual(self.get("/slow?seconds=0"), b"done")

    def test_the_application_learns_that_its_reader_has_left(self) -> None:
        self.start()
        for leave in ("close", "reset"):
            reader = self.peer(narrow=True)
            reader.ask("/endless")
            reader.head()
            getattr(reader, leave)()
        self.wait_for("endless ended", 2)
        until(lambda: self.facts()["channels"] == 1, "that of the question alone")

    def test_a_streamed_answer_arrives_whole_and_its_connection_is_good_for_the_next(self) -> None:
        self.start()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        for count in (0, 1, 300):
            connection.request("GET", f"/pieces?count={count}")
            body = connection.getresponse().read()
            self.assertEqual(body, b"".join(b"%06d" % number * 16_000 for number in range(count)))
        connection.request("GET", "/slow?seconds=0")
        self.assertEqual(connection.getresponse().read(), b"done")

    def test_of_requests_sent_together_each_is_answered_in_its_turn(self) -> None:
        self.start()
        peer = self.peer(narrow=True)
        for target in ("/pieces?count=20", "/slow?seconds=0.2", "/pieces?count=30"):
            peer.ask(target)
        peer.ask("/slow?seconds=0", "Connection: close\r\n")
        time.sleep(0.5)  # the first answer is held back meanwhile
        for count in (20, 0, 30, 0):
            self.assertIn(b"200 OK", peer.head())
            if count:
                self.assertEqual(peer.chunks(), b"".join(b"%06d" % number * 16_000 for number in range(count)))
            else:
                self.assertEqual(peer.take(4), b"done")
        self.assertEqual(peer.rest(), b"")

    def test_of_requests_sent_together_none_is_served_before_there_is_room_for_its_answer(self) -> None:
        self.start()
        before = self.rss_mb()
        peer = self.peer(narrow=True)
        for _ in range(30):
            peer.ask("/large")
        self.wait_for("large began")
        for _ in range(20):
            self.assertEqual(self.get("/slow?seconds=0"), b"done")
        self.assertEqual(self.happened("large began"), 1)
        for _ in range(3):
            peer.head()
            self.assertEqual(peer.take(20 * MEGABYTE), bytes(20 * MEGABYTE))
        self.wait_for("large began", 4)
        self.assertLess(self.rss_mb() - before, 100, "of 600 MB that were asked for")

    def test_head_of_a_streamed_answer_is_its_head_alone_and_ends_the_application(self) -> None:
        self.start()
        peer = self.peer()
        for target in ("/endless", "/pieces?count=3", "/slow?seconds=0"):
            peer.ask(target, method="HEAD")
            self.assertTrue(peer.head().startswith(b"HTTP/1.1 200 OK"))
        peer.ask("/slow?seconds=0", "Connection: close\r\n")
        peer.head()
        self.assertEqual(peer.rest(), b"done")
        self.wait_for("endless ended")

    def test_an_answer_that_breaks_off_does_not_look_whole_and_the_server_goes_on(self) -> None:
        worker = self.start()
        for _ in range(3):
            peer = self.peer()
            peer.ask("/breaks")
            peer.head()
            with self.assertRaises(ConnectionError):
                self.assertNotIn(b"\r\n0\r\n\r\n", peer.rest())
            self.assertEqual(self.get("/slow?seconds=0"), b"done")
        self.assertEqual(worker.said.count("ValueError: on purpose"), 3)
        until(lambda: self.facts()["channels"] == 1, "all are forgotten")

    def test_a_large_answer_that_is_not_streamed_arrives_whole(self) -> None:
        self.start()
        self.assertEqual(self.get("/large"), bytes(20 * MEGABYTE))
