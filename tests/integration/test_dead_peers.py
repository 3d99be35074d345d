"""Peers who take nothing or say nothing, on a clock that runs faster than the product's."""

from __future__ import annotations

import time
from typing import Any

from tests.serving.cases import WorkerCase
from tests.serving.peer import CLOSE, TEXT
from tests.support.together import together


@together
class DeadPeersTest(WorkerCase):
    def test_a_websocket_that_takes_nothing_is_told_and_closed_with_4408(self) -> None:
        self.start("STALL_S=2", "CLOSE_S=30")
        peers = [self.socket(f"/{way}?frames=100", narrow=True) for way in ("flood", "flood_by_send")]
        self.wait_for("stalled", 2)
        for peer in peers:
            frames = [peer.message()]
            while frames[-1].opcode != CLOSE:
                frames.append(peer.message())
            self.assertEqual(frames[-2], (TEXT, b"stalled"))
            self.assertEqual(frames[-1].close_code, 4408)
            peer.say(CLOSE, frames[-1].payload)
            self.assertEqual(peer.rest(), b"")

    def test_one_that_does_not_read_even_then_is_cut_off(self) -> None:
        self.start("STALL_S=1", "CLOSE_S=1")
        peer = self.socket("/flood?frames=100", narrow=True)
        self.until(lambda: self.happened("flood ended") and self.facts()["sockets"] == 0, "it is gone")
        self.assertEqual(self.happened("stalled"), 1)
        with self.assertRaises(ConnectionError):
            peer.rest()

    def test_a_reader_that_pauses_for_less_than_the_limit_gets_all(self) -> None:
        self.start("STALL_S=12", "SILENT_S=12", "PING_S=1")
        peer = self.socket("/flood?frames=10", narrow=True)
        time.sleep(5)
        for _ in range(10):
            self.assertEqual(len(peer.message().payload), 1 << 20)
        self.assertEqual(self.happened("stalled"), 0)

    def test_a_slow_line_is_no_stalled_and_no_silent_peer_although_it_answers_no_ping(self) -> None:
        self.start("STALL_S=6", "SILENT_S=6", "PING_S=1")
        peer = self.socket("/flood?frames=10", narrow=True)
        for _ in range(60):  # fifteen seconds at 100 KB a second: megabytes wait all the time
            peer.take(25_000)
            time.sleep(0.25)
        self.assertEqual((self.happened("stalled"), self.happened("flood ended")), (0, 0))

    def test_a_streamed_answer_that_is_not_taken_is_cut_off(self) -> None:
        self.start("STALL_S=2")
        for target in ("/endless", "/large"):
            with self.subTest(target):
                peer = self.peer(narrow=True)
                peer.ask(target, "Connection: close\r\n")
                peer.head()
                self.until(lambda: self.facts()["channels"] == 1, "the question's own is the only one")
                with self.assertRaises(ConnectionError):
                    peer.rest()
        self.wait_for("endless ended")

    def test_who_answers_pings_stays_and_who_does_not_is_cut_off(self) -> None:
        self.start("SILENT_S=8", "PING_S=1")
        deadline = time.monotonic() + 18  # twice as long, and the time in which a look is due
        answers, silent = self.socket("/echo"), self.socket("/echo")
        answers.say(TEXT, b"here")
        self.assertEqual(answers.message(), (TEXT, b"here"))
        self.until(lambda: (self.follow(answers), self.facts()["sockets"] == 1)[1], "one is cut off")
        while time.monotonic() < deadline:
            self.follow(answers)
            self.assertEqual(self.facts()["sockets"], 1)
        with self.assertRaises(ConnectionError):
            silent.rest()

    def follow(self, peer: Any) -> None:
        """Answer the pings that have come."""
        peer.socket.settimeout(0.3)
        try:
            peer.message()
        except TimeoutError:
            return
        self.fail("nothing but pings was to come")

    def test_who_does_not_answer_a_close_is_cut_off(self) -> None:
        self.start("CLOSE_S=1")
        peer = self.socket("/mixed?frames=0")
        self.assertEqual(peer.message().close_code, 4000)
        with self.assertRaises(ConnectionError):
            peer.rest()

    def test_who_says_goodbye_and_does_not_take_what_was_sent_before_is_cut_off(self) -> None:
        self.start("CLOSE_S=1")
        peer = self.socket("/flood?frames=100", narrow=True)
        self.wait_for("flood began")
        peer.say(CLOSE, (1000).to_bytes(2, "big"))
        self.until(lambda: self.facts()["sockets"] == 0, "it is gone")
        self.wait_for("flood ended")
