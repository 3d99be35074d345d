"""The subscribers over plain HTTP notice a server that breaks the protocol, and remember where they are."""

from __future__ import annotations

import asyncio
import json
import socket
import zlib
from typing import Any
from unittest import TestCase

from tests.oracle.history import Broken, Cursor, Gap, Hello, Tick
from tests.oracle.http_asking import Incremental, Poll, PollOfExample
from tests.oracle.http_events import Block, EventParser
from tests.oracle.http_streams import Ndjson, NdjsonGzip, Sse, SseOfField
from tests.oracle.http_wire import CUTS, Wire
from tests.oracle.readers import ALL_KEPT, NEWEST, Reader, opener
from tests.oracle.test_sockets import EPOCH, NEXT, query_of, tick

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENTS = ("\ufeff: ü\r\n\r\nid: a\rdata: 1\rdata:2\n\ndata: ü\n: c\nevent: e\nretry: 7\n\nid\ndata: x\r\n\r\n").encode()


def event(t: int | None, data: dict[str, Any], name: str = "message", epoch: str = EPOCH) -> bytes:
    at = f"id: {epoch}:{t}\n" if t is not None else ""
    return f"event: {name}\n{at}data: {json.dumps(data)}\n\n".encode()


def hello(t: int | None) -> bytes:
    return b"retry: 900\n" + event(t, {"cursor": None if t is None else {"epoch": EPOCH, "t": t}}, "hello")


def gap(after_t: int, next_t: int, count: int, reason: str, **more: Any) -> dict[str, Any]:
    return {"after_t": after_t, "next_t": next_t, "count": count, "reason": reason, **more}


def lines(*messages: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def answer(next_t: int, *ts: int, gaps: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {"ticks": [tick(t) for t in ts], "next_t": next_t, "epoch": EPOCH, "gaps": gaps or [], **more}


def poll_answer(*ts: int, **more: Any) -> dict[str, Any]:
    return answer(ts[-1], *ts, t=ts[-1], data=tick(ts[-1]), **more)


def kinds(reader: Reader) -> list[type]:
    return [type(noted) for noted in reader.history]


class NoticingCase(TestCase):
    def assert_noticed(self, words: str, reader: Reader) -> None:
        broken = [noted.what for noted in reader.history if isinstance(noted, Broken)]
        self.assertTrue(broken and words in broken[0], reader.history)


class EventParserTest(TestCase):
    def test_it_reads_the_same_wherever_the_bytes_are_cut(self) -> None:
        for size in range(1, len(EVENTS) + 1):
            parser, blocks = EventParser(), list[Block]()
            for at in range(0, len(EVENTS), size):
                blocks += parser.feed(EVENTS[at : at + size])
            self.assertTrue(parser.is_between_events)
            self.assertEqual([block.data for block in blocks], [None, "1\n2", "ü", "x"])
            self.assertEqual([block.name for block in blocks], ["message", "message", "e", "message"])
            self.assertEqual([block.last_id for block in blocks], ["", "a", "a", ""])
            self.assertEqual([block.names_id for block in blocks], [False, True, False, True])
            self.assertEqual([block.comments for block in blocks], [("ü",), (), ("c",), ()])
            self.assertEqual(blocks[2].retry_ms, 7)

    def test_an_event_that_is_not_over_is_none(self) -> None:
        parser = EventParser()
        self.assertEqual(list(parser.feed(b"data: 1\n")), [])
        self.assertFalse(parser.is_between_events)


class SseTest(NoticingCase):
    def received(self, *data: bytes, mode: type[Sse] = Sse) -> Sse:
        reader = mode(opener(0), NEWEST)
        reader.begin({}, None)
        for one in data:
            reader.take(one)
        return reader

    def test_what_is_in_order_is_noted_and_the_last_id_alone_leads_back(self) -> None:
        reader = self.received(
            hello(4), b": heartbeat {}\n\n", event(5, tick(5)), event(8, gap(5, 9, 3, "lost"), "gap")
        )
        self.assertEqual(kinds(reader), [Hello, Tick, Gap])
        self.assertEqual(reader.cursor, (EPOCH, 8))
        target, headers = reader.request(reader.cursor)
        self.assertEqual((target, headers["Last-Event-ID"]), ("/stream?", f"{EPOCH}:8"))

    def test_an_id_that_is_not_the_cursor_is_noticed(self) -> None:
        for wrong in (event(6, tick(5)), event(None, tick(5)), event(5, tick(5), epoch=NEXT)):
            self.assert_noticed("its id is", self.received(hello(4), wrong))
        self.assert_noticed("its id is", self.received(hello(4), event(9, gap(5, 9, 3, "lost"), "gap")))

    def test_a_comment_with_an_id_is_noticed(self) -> None:
        self.assert_noticed("and yet an id", self.received(hello(4), f": heartbeat\nid: {EPOCH}:4\n\n".encode()))

    def test_what_comes_before_a_hello_is_noticed(self) -> None:
        for early in (event(5, tick(5)), b": heartbeat\n\n", hello(4).removeprefix(b"retry: 900\n")):
            self.assert_noticed("before a hello", self.received(early))
        self.assert_noticed("before a hello", self.received(hello(None), event(5, tick(5))))

    def test_an_end_within_an_event_or_without_a_word_is_noticed(self) -> None:
        whole = self.received(hello(4), b": restart: come back\n\n")
        self.assertEqual((whole.end(), kinds(whole)), ("restart: come back", [Hello]))
        for last, words in ((event(5, tick(5)), "ended with ''"), (b": restart: come", "within an event")):
            reader = self.received(hello(4), last)
            reader.end()
            self.assert_noticed(words, reader)

    def test_a_field_that_was_not_asked_for_is_noticed(self) -> None:
        self.assert_noticed("id was asked for", self.received(hello(4), event(5, tick(5)), mode=SseOfField))


class NdjsonTest(NoticingCase):
    def begun(self, mode: type[Ndjson] = Ndjson, epoch: str = EPOCH, asked: Cursor | None = None) -> Ndjson:
        reader = mode(opener(0), ALL_KEPT)
        reader.begin({"x-ticks-epoch": epoch}, asked)
        return reader

    def test_the_epoch_is_that_of_the_head_until_a_gap_names_another(self) -> None:
        reader = self.begun()
        reader.take(b"\n" + lines(tick(5)) + lines(tick(6))[:-2])
        self.assertEqual(query_of(reader), {"from_t": "5", "epoch": EPOCH})
        reader.begin({"x-ticks-epoch": EPOCH}, reader.cursor)
        reader.take(lines({"gap": gap(5, 1, 0, "epoch", epoch=NEXT)}, tick(1)))
        self.assertEqual(query_of(reader), {"from_t": "1", "epoch": NEXT})
        self.assertEqual(kinds(reader), [Tick, Gap, Tick])

    def test_another_epoch_than_was_asked_for_is_noticed(self) -> None:
        self.assert_noticed("it begins in", self.begun(epoch=NEXT, asked=Cursor(EPOCH, 4)))

    def test_the_first_line_of_a_stream_that_was_empty_names_the_epoch(self) -> None:
        reader = Ndjson(opener(0), NEWEST)
        reader.begin({}, None)
        reader.take(b"\n" + lines({"gap": gap(0, 1, 0, "epoch", epoch=EPOCH)}, tick(1)))
        self.assertEqual(query_of(reader), {"from_t": "1", "epoch": EPOCH})
        self.assertEqual(kinds(reader), [Hello, Tick])
        for wrong in (tick(1), {"gap": gap(0, 1, 1, "epoch", epoch=EPOCH)}, {"gap": gap(0, 2, 1, "lost")}):
            reader = Ndjson(opener(0), NEWEST)
            reader.begin({}, None)
            reader.take(lines(wrong))
            self.assert_noticed("before an epoch was named", reader)

    def test_no_epoch_for_who_comes_back_is_noticed(self) -> None:
        reader = self.begun()
        reader.take(lines(tick(5)))
        reader.begin({}, reader.cursor)
        self.assert_noticed("begins in None", reader)

    def test_an_end_within_a_line_is_noticed(self) -> None:
        reader = self.begun()
        reader.take(lines(tick(5))[:-1])
        reader.end()
        self.assert_noticed("within a line", reader)

    def test_a_gzip_member_that_is_wrong_or_has_no_end_is_noticed(self) -> None:
        packing = zlib.compressobj(wbits=31)
        text = packing.compress(lines(tick(5))) + packing.flush(zlib.Z_FULL_FLUSH)
        end = packing.flush()
        for data, words in ((text, "otherwise than its"), (text + end[:-8] + bytes(8), "incorrect data check")):
            reader = self.begun(NdjsonGzip)
            reader.take(data)
            self.assertEqual(reader.ticks, int(data == text))
            reader.end()
            self.assert_noticed(words, reader)
        reader = self.begun(NdjsonGzip)
        reader.take(text + end)
        reader.end()
        self.assertEqual(kinds(reader), [Tick])


class AskingTest(NoticingCase):
    def received(self, *answers: dict[str, Any], mode: type[Poll | Incremental] = Poll) -> Poll | Incremental:
        reader = mode(opener(0), ALL_KEPT)
        for one in answers:
            reader.take(one)
        return reader

    def test_gaps_are_noted_where_they_lie(self) -> None:
        told = [gap(-1, 3, 2, "expired"), gap(3, 6, 2, "lost"), gap(7, 9, 1, "lost")]
        reader = self.received(answer(8, 3, 6, 7, gaps=told, more=False), mode=Incremental)
        self.assertEqual(kinds(reader), [Gap, Tick, Gap, Tick, Tick, Gap])
        self.assertEqual(query_of(reader), {"limit": "150", "from_t": "8", "epoch": EPOCH})

    def test_a_new_numbering_is_noted_before_its_ticks(self) -> None:
        told = {**poll_answer(1, gaps=[gap(7, 1, 0, "epoch", epoch=NEXT)]), "epoch": NEXT}
        reader = self.received(poll_answer(7), told)
        self.assertEqual(kinds(reader), [Tick, Gap, Tick])
        self.assertEqual(reader.cursor, (NEXT, 1))

    def test_an_answer_that_leads_elsewhere_is_noticed(self) -> None:
        self.assert_noticed("to go on after", self.received({**poll_answer(7), "epoch": NEXT}, poll_answer(8)))
        self.assert_noticed("to go on after", self.received(answer(8, 7, more=False), mode=Incremental))

    def test_an_answer_of_another_shape_is_noticed(self) -> None:
        for wrong in (answer(7, 7), {**poll_answer(6, 7), "data": tick(6)}, {**poll_answer(7), "status": "timeout"}):
            self.assert_noticed("an answer of", self.received(wrong))
        self.assert_noticed("an answer of 0", self.received(answer(7, status="timeout", t=7)))
        self.assertEqual(kinds(self.received(answer(7, status="timeout"))), [])
        self.assert_noticed("100 at most", self.received(poll_answer(*range(101))))
        self.assert_noticed("there is more", self.received(answer(7, more=True), mode=Incremental))

    def test_the_one_of_the_example_never_names_an_epoch(self) -> None:
        reader = self.received(poll_answer(7), mode=PollOfExample)
        self.assertEqual(query_of(reader), {"limit": "100", "last_t": "7"})


class WireTest(TestCase):
    def read(self, *sent: bytes) -> tuple[bytes, bool]:
        """The rest of an answer, and whether another may follow."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(b"".join(sent))
            theirs.shutdown(socket.SHUT_WR)
            return asyncio.run(self.asked(ours))

    async def asked(self, connected: socket.socket) -> tuple[bytes, bool]:
        wire = await Wire.over(connected)
        try:
            await wire.ask("/", {})
            return await wire.rest(), wire.may_go_on()
        finally:
            wire.abort()

    def test_a_whole_answer_is_known_from_one_cut_short(self) -> None:
        self.assertEqual(self.read(HEAD, b"2\r\nab\r\n", b"0\r\n\r\n"), (b"ab", True))
        for cut in (b"2\r\nab\r\n", b"2\r\nab\r\n0\r\n", b"2\r\na"):
            with self.assertRaises(CUTS):
                self.read(HEAD, cut)

    def test_a_connection_that_is_to_be_closed_takes_no_other_request(self) -> None:
        self.assertEqual(self.read(HEAD[:-2], b"Connection: close\r\n\r\n0\r\n\r\n"), (b"", False))
