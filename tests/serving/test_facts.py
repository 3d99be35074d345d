"""What the server knows of a connection: how much it was sent, and how long the way is."""

from __future__ import annotations

from tests.serving.cases import WorkerCase
from tests.serving.peer import BINARY, PING, PONG, Frame, Peer
from tests.support.together import together
from tests.support.waiting import until

HANDSHAKE = 4096


def next_ping(peer: Peer) -> Frame:
    while (frame := peer.frame()).opcode != PING:
        pass
    return frame


@together
class FactsTest(WorkerCase):
    def sent(self) -> int:
        return int(self.facts()["sent"][0])

    def round_trip(self) -> float | None:
        (found,) = self.facts()["round_trips"]
        return None if found is None else float(found)

    def test_every_byte_counts_once_whichever_way_it_is_sent_and_also_what_waits(self) -> None:
        self.start()
        self.socket("/echo")
        handshake = self.sent()
        self.assertLess(handshake, HANDSHAKE)
        peer = self.socket("/flood?frames=2", narrow=True)
        size = 10 + (1 << 20)
        until(lambda: self.facts()["sent"][1] >= size, "one frame is written, of which most waits")
        for _ in range(2):
            self.assertEqual(len(peer.message().payload), 1 << 20)
        until(lambda: self.happened("frames") == 2, "both are written")
        sent = int(self.facts()["sent"][1]) - 2 * size
        self.assertTrue(0 < sent < HANDSHAKE, sent)

    def test_the_first_ping_comes_soon_and_its_pong_tells_the_round_trip(self) -> None:
        self.start()
        peer = self.socket("/echo")
        self.assertIsNone(self.round_trip())
        ping = next_ping(peer)
        self.assertEqual(len(ping.payload), 2)
        peer.say(PONG, ping.payload)
        until(lambda: self.round_trip() is not None, "it is known")
        self.assertLess(self.round_trip() or 0, 60)

    def test_pongs_that_nobody_asked_for_or_that_are_late_tell_nothing(self) -> None:
        self.start("PING_S=1")
        peer = self.socket("/echo")
        first = next_ping(peer)
        second = next_ping(peer)
        self.assertNotEqual(first.payload, second.payload)
        for payload in (b"", b"\0\0", first.payload):
            peer.say(PONG, payload)
        peer.say(BINARY, b"x")
        while peer.frame().opcode != BINARY:
            pass
        self.assertIsNone(self.round_trip())
