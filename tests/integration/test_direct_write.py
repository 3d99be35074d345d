"""Frames that an application writes itself: in order with all others, complete, and never more than a peer takes."""

from __future__ import annotations

import time

import psutil

from tests.serving.cases import WorkerCase
from tests.serving.peer import BINARY, CLOSE, PING, PONG, TEXT
from tests.support.together import together
from tests.support.waiting import until

MEGABYTE = 1 << 20


@together
class DirectWriteTest(WorkerCase):
    def test_direct_frames_sends_and_pings_come_in_the_order_of_the_calls(self) -> None:
        self.start()
        count = 3000
        peer = self.socket(f"/mixed?frames={count}", narrow=True)
        self.wait_for("congested")  # more than the peer takes at once: rests and queues are what this is about
        numbers, pings = [], []
        while (frame := peer.frame()).opcode != CLOSE:
            number = int.from_bytes(frame.payload[:4], "big")
            if frame.opcode == PING and len(frame.payload) == 2:
                continue  # the server's own
            if frame.opcode == PING:
                pings.append((number, len(numbers)))
            else:
                size = 10_000 if number % 4 else 1
                self.assertEqual((frame.opcode, frame.payload), (BINARY, number.to_bytes(4, "big") * size))
                numbers.append(number)
        self.assertEqual(numbers, list(range(count)))
        self.assertEqual(pings, [(number, number) for number in range(1, count, 4)], "each before its frame")
        self.assertEqual(frame.close_code, 4000)
        for way in ("tapped", "tapped in part"):
            self.assertGreater(self.happened(way), 0, "or the way around all buffers was not tried")
        peer.say(CLOSE, frame.payload)
        self.assertEqual(peer.rest(), b"", "nothing follows the close")

    def test_after_the_close_frame_a_write_does_nothing_and_says_so(self) -> None:
        self.start()
        peer = self.socket("/mixed?frames=1")
        self.assertEqual(peer.message().opcode, BINARY)
        self.assertEqual(peer.message().opcode, CLOSE)
        peer.say(CLOSE, (4000).to_bytes(2, "big"))
        self.assertEqual(peer.rest(), b"")
        self.assertEqual(self.happened("written after the close"), 0)

    def test_a_peer_that_never_reads_leaves_little_here_and_in_the_kernel(self) -> None:
        self.start()
        before = self.rss_mb()
        self.socket("/flood?frames=1000", narrow=True)
        until(lambda: self.facts()["sockets"] == 1, "it is served")
        for _ in range(10):
            time.sleep(0.1)  # the time in which a server without back-pressure writes all of it
        self.assertLessEqual(self.happened("frames"), 2, "of 1 MB each")
        facts = self.facts()
        self.assertLess(self.rss_mb() - before, 10)
        self.assertLess(facts["queued"][0], MEGABYTE / 2)

    def test_a_slow_reader_gets_all_of_it(self) -> None:
        self.start()
        count = 40
        peer = self.socket(f"/flood?frames={count}", narrow=True)
        for _ in range(count):
            self.assertEqual(len(peer.message().payload), MEGABYTE)
        self.wait_for("frames", count)
        until(lambda: self.facts()["queued"] == [0], "all was taken")

    def test_a_peer_that_leaves_in_the_middle_ends_its_application(self) -> None:
        self.start()
        for leave in ("close", "reset"):
            peer = self.socket("/flood?frames=5000", narrow=True)
            peer.take(1000)
            getattr(peer, leave)()
        self.wait_for("flood ended", 2)
        until(lambda: self.facts()["sockets"] == 0, "both are forgotten")
        self.assertEqual(self.get("/slow?seconds=0"), b"done")

    def test_who_only_asks_and_never_reads_fills_no_memory_with_answers(self) -> None:
        worker = self.start()
        for opcode, path in ((PING, "/echo"), (TEXT, "/echo"), (TEXT, "/stay")):
            with self.subTest(opcode=opcode, path=path):
                peer = self.socket(path, narrow=True)
                before = psutil.Process(worker.process.pid).memory_info().rss
                peer.socket.settimeout(2)
                sent = 0
                try:
                    while sent < 100 * MEGABYTE:
                        peer.say(opcode, b"x" * (125 if opcode == PING else 60_000))
                        sent += 125 if opcode == PING else 60_000
                        if opcode == PING and sent > 20 * MEGABYTE:
                            break
                except TimeoutError:
                    pass  # it is not read any further
                grown = (psutil.Process(worker.process.pid).memory_info().rss - before) / MEGABYTE
                self.assertLess(grown, 8)
                self.assertEqual(self.get("/slow?seconds=0"), b"done", "and others are served")
                peer.reset()

    def test_pings_are_answered_and_one_that_could_not_be_is_answered_later(self) -> None:
        self.start()
        peer = self.socket("/flood?frames=4", narrow=True)
        self.wait_for("flood began")
        for number in range(5):
            peer.say(PING, b"%d" % number)
        time.sleep(0.2)  # they are taken in while the peer does not read
        frames = [peer.frame() for _ in range(5)]
        self.assertEqual(sorted(frame.opcode for frame in frames), [BINARY, BINARY, BINARY, BINARY, PONG])
        self.assertEqual([frame.payload for frame in frames if frame.opcode == PONG], [b"4"], "the last one alone")
        peer.say(PING, b"again")
        self.assertEqual(peer.message(), (PONG, b"again"))


class SlimTest(WorkerCase):
    def test_what_led_to_a_websocket_is_freed_without_the_garbage_collector(self) -> None:
        self.start()
        peers = [self.socket("/echo") for _ in range(20)]
        for peer in peers:
            peer.say(TEXT, b"still there")
            self.assertEqual(peer.message(), (TEXT, b"still there"))
        until(lambda: self.facts()["alive"].get("Request", 0) <= 2, "only those of these questions")
        self.assertLessEqual(self.facts()["alive"]["Channel"], 2)
        for peer in peers:
            peer.close()
        self.wait_for("echo left", 20)
