"""The subscribers notice a server that breaks the protocol, and remember where they are."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import Any
from unittest import TestCase
from urllib.parse import parse_qsl

import msgpack

from tests.oracle.history import Broken, Cursor, Gap, Hello, Tick, checksum
from tests.oracle.readers import ALL_KEPT, NEWEST, Reader, opener
from tests.oracle.sockets import V1, ClosingV1, CountedV1, Plain, SkippingV1, TalkingV1

EPOCH, NEXT = "0mwpx6cq0aaaa", "0mwpx6cq1aaaa"


def tick(t: int) -> dict[str, Any]:
    return {"t": t, "ts": 1000.0 + t, "value": t}


def hello(t: int | None) -> str:
    return json.dumps({"type": "hello", "cursor": None if t is None else {"epoch": EPOCH, "t": t}})


def ticks(prev_t: int, *ts: int, **more: Any) -> str:
    message = {"type": "ticks", "prev_t": prev_t, "first_t": ts[0], "last_t": ts[-1], "ticks": list(map(tick, ts))}
    return json.dumps({**message, **more})


def gap(after_t: int, next_t: int, count: int, reason: str, **more: Any) -> str:
    told = {"after_t": after_t, "next_t": next_t, "count": count, "reason": reason, **more}
    return json.dumps({"type": "gap", **told})


class V1Test(TestCase):
    def received(self, *frames: str | bytes) -> V1:
        reader = V1(opener(0), NEWEST)
        for frame in frames:
            reader.take(frame)
        return reader

    def assert_broken(self, words: str, *frames: str | bytes) -> None:
        (broken,) = [event for event in self.received(*frames).history if isinstance(event, Broken)]
        self.assertIn(words, broken.what)

    def test_what_is_in_order_is_noted(self) -> None:
        reader = self.received(hello(4), ticks(4, 5, 7), ticks(7, 8))
        noted = [Hello(Cursor(EPOCH, 4)), *[Tick(EPOCH, t, checksum(tick(t))) for t in (5, 7, 8)]]
        self.assertEqual(reader.history, noted)
        self.assertEqual(reader.cursor, (EPOCH, 8))

    def test_a_prev_t_that_is_not_the_cursor_is_noticed(self) -> None:
        self.assert_broken("prev_t=5", hello(4), ticks(5, 6))
        self.assert_broken("prev_t=3", hello(4), ticks(3, 5))

    def test_a_first_or_last_t_that_is_not_the_ticks_own_is_noticed(self) -> None:
        self.assert_broken("came as", hello(4), ticks(4, 5, 6, first_t=4))
        self.assert_broken("came as", hello(4), ticks(4, 5, 6, last_t=7))

    def test_ticks_before_a_hello_are_noticed(self) -> None:
        self.assert_broken("before a hello", ticks(0, 1))
        self.assert_broken("before a hello", hello(None), ticks(0, 1))

    def test_gzip_for_a_short_message_and_none_for_a_long_one_are_noticed(self) -> None:
        self.assert_broken("came as bytes", gzip.compress(hello(4).encode()))
        self.assert_broken("came as str", hello(4), ticks(4, *range(5, 100)))

    def test_after_a_gap_the_cursor_is_the_next_messages_prev_t(self) -> None:
        reader = self.received(hello(4), gap(4, 8, 3, "slow"), ticks(4, 8), ticks(8, 9))
        self.assertEqual([type(event) for event in reader.history], [Hello, Gap, Tick, Tick])
        self.assert_broken("prev_t=8", hello(4), gap(4, 8, 3, "slow"), ticks(8, 9))

    def test_who_is_cut_off_after_a_gap_comes_back_behind_it(self) -> None:
        reader = self.received(hello(4), gap(4, 8, 3, "slow"))
        self.assertEqual(query_of(reader), {"from_t": "7", "epoch": EPOCH})
        reader.take(gap(7, 3, 2, "epoch", epoch=NEXT))
        self.assertEqual(query_of(reader), {"from_t": "2", "epoch": NEXT})


class PlainTest(TestCase):
    def test_it_comes_back_with_an_epoch_once_it_was_told_one(self) -> None:
        reader = Plain(opener(0), ALL_KEPT)
        self.assertEqual(query_of(reader), {"from_t": "-1"})
        reader.take(json.dumps(tick(5)))
        self.assertEqual(query_of(reader), {"from_t": "5"})
        reader.take(json.dumps({"gap": {"after_t": 5, "next_t": 1, "count": 0, "reason": "epoch", "epoch": NEXT}}))
        reader.take(json.dumps(tick(1)))
        self.assertEqual(query_of(reader), {"from_t": "1", "epoch": NEXT})

    def test_what_is_neither_tick_nor_gap_nor_error_is_noticed(self) -> None:
        reader = Plain(opener(0))
        reader.take('{"type": "heartbeat"}')
        reader.take(b'{"t": 1, "ts": 1.0}')
        self.assertEqual([type(event) for event in reader.history], [Broken, Broken, Tick])


class ModeTest(TestCase):
    def test_a_mode_keeps_its_options_when_it_comes_back(self) -> None:
        reader = ClosingV1(opener(0), NEWEST)
        self.assertEqual(query_of(reader), {"slow": "close"})
        reader.take(hello(4))
        self.assertEqual(query_of(reader), {"slow": "close", "from_t": "4", "epoch": EPOCH})

    def test_a_message_that_is_not_packed_as_was_asked_for_is_noticed(self) -> None:
        for mode, wrong in ((SkippingV1, hello(4)), (TalkingV1, gzip.compress(hello(4).encode()))):
            reader = mode(opener(0), NEWEST)
            with suppress(ValueError):
                reader.take(wrong)
            self.assertEqual([type(event) for event in reader.history][:1], [Broken])
        reader = SkippingV1(opener(0), NEWEST)
        reader.take(gzip.compress(msgpack.packb(json.loads(hello(4)))))
        self.assertEqual([type(event) for event in reader.history], [Broken, Hello])

    def test_more_ticks_than_were_asked_for_are_noticed(self) -> None:
        reader = CountedV1(opener(0), NEWEST)
        reader.take(hello(4))
        reader.take(ticks(4, *range(5, 25)))
        self.assertEqual([event for event in reader.history if isinstance(event, Broken)], [])
        reader.take(gzip.compress(ticks(24, *range(25, 46)).encode()))
        self.assertIn("21 ticks in one message", str(reader.history))

    def test_one_that_talks_notices_that_it_is_led_astray(self) -> None:
        reader = TalkingV1(opener(0), NEWEST)
        for frame in (hello(4), ticks(4, 5), hello(5)):
            reader.take(frame)
        self.assertEqual([event for event in reader.history if isinstance(event, Broken)], [])
        reader.take(hello(4))
        self.assertIsInstance(reader.history[-1], Broken)


def query_of(reader: Reader) -> dict[str, str]:
    return dict(parse_qsl(reader.query(reader.cursor)))
