from __future__ import annotations

import json
import re
from unittest import TestCase

from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from ticks.batch import Batch
from ticks.cursor import Cursor, Gap
from ticks.selection import select
from ticks.sse import BACK_MS, sse
from ticks.tick import head

PLAIN = sse(select(None))
FACTS = {"stream": "main", "epoch": EPOCH, "cursor": {"epoch": EPOCH, "t": 6}}


def text(frames: object) -> str:
    assert isinstance(frames, tuple)
    return b"".join(frames).decode()


class EventsTest(TestCase):
    def test_a_tick_is_an_event_with_its_cursor_and_the_record_as_it_is(self) -> None:
        batch = Batch.of(EPOCH, 6, 7, lines(7, 9))
        first, second = (line.decode() for line in batch.records)
        expected = f"id: {EPOCH}:7\ndata: {first}\n\nid: {EPOCH}:9\ndata: {second}\n\n"
        self.assertEqual(text(batch.form(PLAIN.frames)), expected)

    def test_what_is_ready_for_the_socket_is_the_same_as_one_chunk(self) -> None:
        batch = Batch.of(EPOCH, 0, 1, lines(*range(1, 300)))
        events = text(batch.form(PLAIN.frames)).encode()
        self.assertEqual(batch.form(PLAIN.ready), b"%x\r\n%b\r\n" % (len(events), events))
        self.assertEqual(PLAIN.wire((events,)), batch.form(PLAIN.ready))

    def test_a_batch_of_which_nothing_is_selected_is_nothing_and_no_end_of_the_answer(self) -> None:
        dialect = sse(select(None, 100))
        batch = Batch.of(EPOCH, 6, 7, lines(7, 8))
        self.assertEqual((batch.form(dialect.frames), batch.form(dialect.ready), dialect.wire(())), ((), b"", b""))

    def test_selected_ticks_keep_their_cursors(self) -> None:
        dialect = sse(select(["value"], 10))
        batch = Batch.of(EPOCH, 8, 9, lines(*range(9, 32)))
        found = re.findall(rf"id: {EPOCH}:(\d+)\ndata: (.*)\n\n", text(batch.form(dialect.frames)))
        self.assertEqual([int(t) for t, _ in found], [10, 20, 30])
        self.assertEqual([head(line.encode()).t for _, line in found], [10, 20, 30])

    def test_hello_leads_back_to_where_it_began_and_not_all_at_once(self) -> None:
        said = [text(PLAIN.hello(FACTS, lines(7)[0])) for _ in range(50)]
        back = [int(one.split("\n")[0].removeprefix("retry: ")) for one in said]
        self.assertTrue(all(BACK_MS[0] <= ms <= BACK_MS[1] for ms in back))
        self.assertGreater(len(set(back)), 10)
        _, event, at, data, *end = said[0].split("\n")
        self.assertEqual((event, at, end), ("event: hello", f"id: {EPOCH}:6", ["", ""]))
        self.assertEqual(json.loads(data.removeprefix("data: ")), {**FACTS, "latest": json.loads(lines(7)[0])})

    def test_before_the_first_tick_hello_has_no_cursor_to_lead_back_to(self) -> None:
        said = text(PLAIN.hello({**FACTS, "cursor": None}, None))
        self.assertNotIn("\nid:", said)
        self.assertIn('"latest":null', said)

    def test_who_was_told_of_a_gap_goes_on_behind_it(self) -> None:
        gap = Gap(9, 3, 0, "epoch", Cursor(NEXT_EPOCH, 2), NEXT_EPOCH)
        event, at, data, *end = text(PLAIN.gap(gap)).split("\n")
        self.assertEqual((event, at, end), ("event: gap", f"id: {NEXT_EPOCH}:2", ["", ""]))
        told = {"after_t": 9, "next_t": 3, "count": 0, "reason": "epoch", "epoch": NEXT_EPOCH}
        self.assertEqual(json.loads(data.removeprefix("data: ")), told)

    def test_heartbeats_and_last_words_are_comments_of_one_line_without_a_cursor(self) -> None:
        for said in (text(PLAIN.heartbeat({"newest_t": 7})), text(PLAIN.error("not_allowed", "for\nstaff\rnow"))):
            self.assertRegex(said, r"\A: [^\r\n]+\n\Z")
        self.assertEqual(text(PLAIN.error("not_allowed", "for\nstaff\rnow")), ": not_allowed: for staff now\n")
