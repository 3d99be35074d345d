"""Frames and messages against RFC 6455, after the cases of Autobahn's test suite: framing, UTF-8, sizes, closing."""

from __future__ import annotations

import itertools
import json

import psutil

from monitor.serving.websocket import MAX_MESSAGE_BYTES
from tests.integration.conformance import ConformanceCase
from tests.serving.cases import WorkerCase
from tests.serving.peer import Frame
from tests.support.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close, fragments, frame

ASKED = json.dumps({"type": "ping", "t0": 7, "word": "κόσμε 𝄞"}, ensure_ascii=False).encode()
CONTROLS = (CLOSE, PING, PONG)
PROTOCOL_ERROR, BAD_PAYLOAD, TOO_BIG = 1002, 1007, 1009
HUGE = (1 << 63) - 1
MEGABYTE = 1 << 20

BROKEN_FRAMES = [
    *((f"rsv {rsv} in a text", frame(TEXT, b"x", rsv=rsv)) for rsv in range(1, 8)),
    ("rsv in a ping", frame(PING, b"x", rsv=4)),
    ("rsv in a close", frame(CLOSE, b"", rsv=1)),
    ("rsv in a later fragment", frame(TEXT, b"x", fin=False) + frame(CONTINUATION, b"y", rsv=4)),
    *((f"opcode {opcode}", frame(opcode)) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
    *((f"opcode {opcode} with a payload", frame(opcode, b"some")) for opcode in (3, 7, 11, 15)),
    *((f"unmasked {opcode}", frame(opcode, b"{}", is_masked=False)) for opcode in (TEXT, BINARY, PING)),
    ("unmasked close", frame(CLOSE, b"\x03\xe8", is_masked=False)),
    *((f"{opcode} of 126 bytes", frame(opcode, b"\x03\xe8" + b"x" * 124)) for opcode in CONTROLS),
    *((f"fragmented {opcode}", frame(opcode, b"", fin=False) + frame(CONTINUATION)) for opcode in CONTROLS),
    ("nothing to continue", frame(CONTINUATION, b"x")),
    ("nothing to continue, unfinished", frame(CONTINUATION, b"x", fin=False)),
    ("nothing to continue any more", b"".join(fragments(BINARY, b"x", b"y")) + frame(CONTINUATION, b"z")),
    ("a text within a text", frame(TEXT, b"x", fin=False) + frame(TEXT, b"y")),
    ("a binary within a text, after a ping", frame(TEXT, b"x", fin=False) + frame(PING) + frame(BINARY, b"y")),
    ("125 bytes with a length of 16 bits", frame(TEXT, b"x" * 125, width=2)),
    ("0 bytes with a length of 16 bits", frame(BINARY, width=2)),
    ("125 bytes with a length of 64 bits", frame(TEXT, b"x" * 125, width=8)),
    ("65535 bytes with a length of 64 bits", frame(BINARY, b"x" * 65535, width=8)),
    ("a length of 2^63", frame(BINARY, length=HUGE + 1)),
    ("a length of 2^64-1", frame(BINARY, length=(1 << 64) - 1)),
]
BAD_UTF8 = {
    "cut short": b"\xce\xba\xe1\xbd",
    "a surrogate": b"\xed\xa0\x80",
    "a lone continuation": b"ab\x80",
    "overlong": b"\xc0\xaf",
    "overlong in four bytes": b"\xf0\x80\x80\xaf",
    "above U+10FFFF": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "0xff": b"\xff",
    "after much that is good": "κόσμε".encode() * 500 + b"\xed\xa0\x80edited",
}
# 1004-1006 and 1015 are never sent; 1012-1014 were registered later; 1016-2999 nobody may use yet.
ECHOED = (1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 3999, 4000, 4999)
NO_CODES = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)


class BrokenTest(ConformanceCase):
    def test_a_frame_that_breaks_the_protocol_is_answered_with_1002(self) -> None:
        self.assert_each_fails(PROTOCOL_ERROR, BROKEN_FRAMES)

    def test_a_text_that_is_no_utf8_is_answered_with_1007(self) -> None:
        self.assert_each_fails(BAD_PAYLOAD, ((name, frame(TEXT, bad)) for name, bad in BAD_UTF8.items()))

    def test_wherever_it_is_cut_into_fragments(self) -> None:
        bad = b"\xce\xba\xed\xa0\x80x"
        cuts = (fragments(TEXT, *(bad[: i + 1][i:] for i in range(len(bad)))), fragments(TEXT, bad[:3], b"", bad[3:]))
        self.assert_each_fails(BAD_PAYLOAD, ((str(number), b"".join(cut)) for number, cut in enumerate(cuts)))

    def test_and_before_the_rest_of_it_has_come(self) -> None:
        good, bad = "κόσμε".encode(), b"\xf4\x90\x80\x80"
        self.assert_each_fails(
            BAD_PAYLOAD,
            [
                ("a message without its end", frame(TEXT, good, fin=False) + frame(CONTINUATION, bad, fin=False)),
                ("a frame without its end", frame(TEXT, good + bad, mask=b"1234", length=1000)),
            ],
        )

    def test_a_binary_message_may_hold_anything(self) -> None:
        peer = self.dial()
        self.send(peer, frame(BINARY, b"\xff\xfe\xed\xa0\x80"))
        self.answer(peer)

    def test_whoever_breaks_it_is_heard_no_further(self) -> None:
        peer = self.dial()
        self.send(peer, frame(3), frame(TEXT, ASKED), frame(PING, b"late"), frame(11), frame(TEXT, b"\xff"))
        self.assert_fails(peer, PROTOCOL_ERROR)
        plain = self.plain()
        self.send(plain, frame(TEXT, b"x", rsv=2), frame(PING, b"late"), close(1000))
        self.assert_fails(plain, PROTOCOL_ERROR)


class MessageTest(ConformanceCase):
    def test_a_message_is_answered_however_it_is_cut(self) -> None:
        third = len(ASKED) // 3
        parts = (ASKED[:third], ASKED[third : 2 * third], ASKED[2 * third :])
        one_by_one = [ASKED[i : i + 1] for i in range(len(ASKED))]
        first, *others = fragments(TEXT, *parts)
        for name, frames in (
            ("in one", [frame(TEXT, ASKED)]),
            ("in three", fragments(TEXT, *parts)),
            ("with empty fragments", fragments(TEXT, b"", *parts, b"")),
            ("one byte each, so that characters are cut too", fragments(TEXT, *one_by_one)),
            ("with an unsolicited pong between", [first, frame(PONG, b"for nothing"), *others]),
            ("not masked to the eye", [frame(TEXT, ASKED, mask=bytes(4))]),
        ):
            with self.subTest(name):
                peer = self.dial()
                self.send(peer, *frames)
                told = self.answer(peer)
                self.assertEqual(told.get("t0", 7), 7, told)

    def test_a_ping_between_fragments_is_answered_before_the_message(self) -> None:
        peer = self.dial()
        first, second = fragments(TEXT, ASKED[:10], ASKED[10:])
        self.send(peer, first, frame(PING, b"between"))
        self.assertEqual(self.control(peer), (PONG, b"between"))
        self.send(peer, second)
        self.answer(peer)

    def test_octet_by_octet(self) -> None:
        peer = self.dial()
        for octet in b"".join(fragments(TEXT, ASKED[:40], ASKED[40:])):
            self.send(peer, bytes([octet]))
        self.answer(peer)
        for octet in frame(PING, b"slow"):
            self.send(peer, bytes([octet]))
        self.assertEqual(self.control(peer), (PONG, b"slow"))

    def test_pings_are_echoed_in_their_order(self) -> None:
        peer = self.dial()
        payloads = [bytes(range(130, 130 + size)) if size < 100 else b"\xff" * size for size in (0, 1, 2, 63, 124, 125)]
        self.send(peer, *(frame(PING, payload) for payload in payloads))
        self.assertEqual([self.control(peer) for _ in payloads], [(PONG, payload) for payload in payloads])

    def test_pongs_that_nobody_asked_for_are_ignored(self) -> None:
        peer = self.dial()
        self.send(peer, frame(PONG), frame(PONG, b"x" * 125))
        self.assert_alive(peer)

    def test_in_plain_mode_messages_are_ignored_and_ticks_go_on(self) -> None:
        peer = self.plain()
        self.send(peer, frame(TEXT, ASKED), frame(TEXT), frame(BINARY, b"\xff"), *fragments(TEXT, b'{"', b"x"))
        self.assert_alive(peer)
        ts = [json.loads(peer.message().payload)["t"] for _ in range(10)]
        self.assertEqual(ts, list(range(ts[0], ts[0] + 10)))


class SizeTest(ConformanceCase):
    def test_the_largest_message_is_taken_whole_and_in_pieces(self) -> None:
        largest = ASKED + b" " * (MAX_MESSAGE_BYTES - len(ASKED))
        peer = self.dial()
        pieces = [largest[i : i + 1000] for i in range(0, len(largest), 1000)]
        for frames in ([frame(TEXT, largest)], fragments(TEXT, *pieces), fragments(TEXT, largest, b"", b"")):
            self.send(peer, *frames)
            self.answer(peer)

    def test_one_byte_more_is_answered_with_1009(self) -> None:
        large = b" " * MAX_MESSAGE_BYTES
        self.assert_each_fails(
            TOO_BIG,
            [
                ("in one", frame(TEXT, large + b" ")),
                ("in two", b"".join(fragments(TEXT, large, b" "))),
                ("in many", b"".join(fragments(BINARY, *[b" " * 5000] * 14))),
            ],
        )

    def test_what_is_announced_takes_no_memory_and_what_comes_of_it_neither(self) -> None:
        worker = psutil.Process(self.worker.process.pid)
        peers = [self.dial() for _ in range(10)]
        before = worker.memory_info().rss
        for peer in peers:
            self.send(peer, frame(BINARY, b"x" * 4 * MEGABYTE, mask=bytes(4), length=HUGE))
        for peer in peers:
            self.assert_fails(peer, TOO_BIG)
        self.assertLess((worker.memory_info().rss - before) / MEGABYTE, 15)


class ClosingTest(ConformanceCase):
    def test_a_close_is_echoed(self) -> None:
        for code, reason in itertools.product(ECHOED, (b"", "Auf Wiedersehen, κόσμε".encode())):
            with self.subTest(code=code, reason=reason):
                peer = self.dial()
                self.send(peer, close(code, reason))
                self.assertEqual(self.end_of(peer), code.to_bytes(2, "big") + reason)

    def test_with_the_longest_reason_and_without_any_code(self) -> None:
        longest, silent = self.dial(), self.plain()
        self.send(longest, close(1000, b"x" * 123))
        self.send(silent, frame(CLOSE))
        self.assertEqual(self.end_of(longest)[2:], b"x" * 123)
        self.assertEqual(self.end_of(silent), b"")

    def test_one_that_says_half_a_code_or_none_that_may_be_said_is_answered_with_1002(self) -> None:
        self.assert_each_fails(PROTOCOL_ERROR, [("half", frame(CLOSE, b"\x03"))])
        self.assert_each_fails(PROTOCOL_ERROR, ((str(code), close(code)) for code in NO_CODES))
        self.assert_each_fails(PROTOCOL_ERROR, ((str(code), close(code, b"because")) for code in NO_CODES))

    def test_a_reason_that_is_no_utf8_is_answered_with_1007(self) -> None:
        bad = {name: reason for name, reason in BAD_UTF8.items() if len(reason) <= 123}
        self.assert_each_fails(BAD_PAYLOAD, ((name, close(1000, reason)) for name, reason in bad.items()))

    def test_what_comes_after_a_close_is_ignored(self) -> None:
        late = (frame(TEXT, ASKED), frame(PING, b"late"), frame(3), close(1001))
        for frames in ([close(1000), *late], [frame(TEXT, ASKED[:9], fin=False), close(1000), *late]):
            peer = self.dial()
            self.send(peer, *frames)
            self.assertEqual(self.end_of(peer), b"\x03\xe8")


class EchoTest(WorkerCase):
    """The same server in front of an application that gives back what it gets."""

    def test_what_the_application_gets_is_what_was_sent(self) -> None:
        self.start()
        peer = self.socket("/echo")
        for size in (0, 1, 125, 126, 127, 128, 65535, 65536):
            for opcode in (TEXT, BINARY):
                payload = bytes(32 + i % 90 for i in range(size))
                cuts = (payload[: size // 3], payload[size // 3 : size // 2], payload[size // 2 :])
                for frames in ([frame(opcode, payload)], fragments(opcode, *cuts), fragments(opcode, b"", *cuts, b"")):
                    peer.socket.sendall(b"".join(frames))
                    # Daphne sends no empty message: what would answer it is the next one's echo.
                    expected = [Frame(opcode, payload)] if payload else []
                    peer.say(TEXT, b"next")
                    self.assertEqual([peer.message() for _ in [*expected, None]], [*expected, (TEXT, b"next")])

    def test_characters_that_are_cut_anywhere_are_whole_again(self) -> None:
        self.start()
        peer = self.socket("/echo")
        text = "Hello-µ@ßöäüàá-κόσμε-𝄞-￾".encode()
        for cut in range(len(text) + 1):
            peer.socket.sendall(b"".join(fragments(TEXT, text[:cut], text[cut:])))
            self.assertEqual(peer.message(), (TEXT, text))
