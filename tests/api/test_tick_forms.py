from __future__ import annotations

import gc
import weakref
from typing import Any
from unittest.mock import patch

from tests.api.cases import TicksCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.api import ticks
from ticks.api.rendering.answer import Answer

URL = "/api/streams/main/ticks/"


def at(t: int) -> float:
    """When the tests' ticks are made."""
    return 1000.0 + t


class FormsTest(TicksCase):
    LINES = (
        b'{"t":1,"ts":1.5,"big":123456789012345678901234567890,"small":1e-7,"text":"\xc3\xa9 \\u0000"}',
        b'{"t":2,"ts":2.5,"odd":1.10}',
    )

    def test_records_are_passed_through_as_they_are_stored(self) -> None:
        self.keep_lines(*self.LINES)
        body = self.answer(URL).content
        self.assertIn(b'"ticks":[' + b",".join(self.LINES) + b"]", body)
        self.assertEqual(self.answer(f"{URL}?format=jsonl").content, b"\n".join(self.LINES) + b"\n")
        self.assertEqual(self.answer(f"{URL}1/").content, self.LINES[0])

    def test_csv_has_the_same_columns_on_each_page(self) -> None:
        self.keep_lines(
            b'{"t":1,"ts":1.5,"a":1}', b'{"t":2,"ts":2.5,"b":{"c":true}}', b'{"t":3,"ts":3.5,"b":{"c":null}}'
        )
        answer = self.answer(f"{URL}?limit=2", Accept="text/csv")
        self.assertEqual(answer["Content-Type"], "text/csv; charset=utf-8")
        self.assertEqual(answer.content, b"t,ts,a,b.c,other\n1,1.5,1,,\n2,2.5,,true,\n")
        self.assertEqual(answer["Link"], f'<http://testserver{URL}?cursor=after%3A{EPOCH}%3A2&limit=2>; rel="next"')
        self.assertEqual(self.answer(f"{URL}?format=csv&fields=b.c,a").content.splitlines()[0], b"t,ts,b.c,a")

    def test_format_wins_over_what_is_accepted_and_errors_are_json(self) -> None:
        self.assertEqual(self.answer(f"{URL}?format=csv", Accept="application/json")["Content-Type"][:8], "text/csv")
        for query in ("format=csv&limit=0", "format=jsonl&limit=0"):
            self.assertEqual(list(self.get(f"{URL}?{query}", status=400)), ["detail"])
        self.assertEqual(list(self.get(URL, status=406, Accept="image/png")), ["detail"])

    def test_an_empty_stream_has_an_empty_page(self) -> None:
        for order in ("asc", "desc"):
            page = self.get(f"{URL}?order={order}")
            self.assertEqual(
                page, {"next": None, "previous": None, "epoch": None, "next_t": 0, "gaps": [], "ticks": []}
            )
        self.assertEqual(self.answer(f"{URL}?format=jsonl").content, b"")

    def test_a_damaged_line_breaks_nothing(self) -> None:
        self.keep_lines(b'{"t":1,"ts":1.5,"a":1x}', b'{"t":2,"ts":2.5,"a":2}')
        page = self.get(f"{URL}?fields=a")
        self.assertEqual(page["ticks"], [{"t": 1, "ts": 1.5}, {"t": 2, "ts": 2.5, "a": 2}])
        self.assertContains(self.answer(f"{URL}1/?format=api"), "1x}")
        self.assertEqual(self.answer(f"{URL}?format=csv").content.splitlines()[2], b"2,2.5,2,")

    def test_what_was_answered_is_freed_at_once(self) -> None:
        self.keep(1, 2)
        made, answered = list[weakref.ref[Answer]](), ticks._answer

        def remember(*given: Any) -> Answer:
            answer = answered(*given)
            made.append(weakref.ref(answer))
            return answer

        gc.disable()
        self.addCleanup(gc.enable)
        with patch.object(ticks, "_answer", remember):
            self.client.get(URL)
        self.assertEqual([ref() for ref in made], [None])

    def test_options_are_told_whatever_the_form(self) -> None:
        for path in (URL, f"{URL}?format=csv", "/api/streams/main/export/", "/api/segments/?format=jsonl"):
            answer = self.client.options(path)
            self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "application/json"), path)

    def test_one_tick_is_found_by_its_number_and_epoch(self) -> None:
        self.keep(1, 3)
        self.keep(1, epoch=NEXT_EPOCH)
        self.assertEqual(self.get(f"{URL}1/")["value"], 1)
        self.assertEqual(self.get(f"{URL}3/?epoch={EPOCH}")["value"], 3)
        self.assertEqual(self.answer(f"{URL}3/?epoch={EPOCH}")["X-Ticks-Epoch"], EPOCH)
        for path in ("2/", "3/", f"2/?epoch={EPOCH}", "0/", "9999999999999999/"):
            self.get(f"{URL}{path}", status=404)
        self.assertEqual(self.answer(f"{URL}99999999999999999/", status=404).status_code, 404)

    def test_redis_being_away_does_not_keep_the_archive_from_being_read(self) -> None:
        self.keep(1, 2, 3)
        self.use("unix:///nowhere/valkey.sock")
        self.assertEqual(self.walk(f"{URL}?before={EPOCH}:3"), ([1, 2], []))
        self.assertEqual(self.walk(f"{URL}?after={EPOCH}:0&order=desc&limit=2"), ([3, 2, 1], []))
        self.assertEqual(self.get(f"{URL}3/?epoch={EPOCH}")["value"], 3)

    def test_redis_being_away_a_range_of_time_is_read_as_far_as_it_is_archived(self) -> None:
        self.keep(1, 2, 3)
        self.use("unix:///nowhere/valkey.sock")
        self.assertEqual(self.walk(f"{URL}?from_ts={at(2)}&to_ts={at(3)}"), ([2], []))
        self.assertEqual(self.walk(f"{URL}?from_ts={at(2)}&to_ts={at(5)}&order=desc"), ([3, 2], []))
        page = self.get(f"{URL}?from_ts={at(2)}&to_ts={at(5)}")
        self.assertEqual([tick["t"] for tick in page["ticks"]], [2, 3])
        self.get(page["next"], status=503)
        for order in ("asc", "desc"):
            self.get(f"{URL}?from_ts={at(4)}&to_ts={at(5)}&order={order}", status=503)

    def test_redis_being_away_a_range_of_which_nothing_is_archived_is_not_taken_for_empty(self) -> None:
        self.use("unix:///nowhere/valkey.sock")
        for order in ("asc", "desc"):
            self.get(f"{URL}?order={order}", status=503)
            self.get(f"{URL}?from_ts={at(1)}&to_ts={at(9)}&order={order}", status=503)

    def test_redis_being_away_nothing_is_taken_for_the_end(self) -> None:
        self.keep(1, 2, 3)
        self.keep(5, 6)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.use("unix:///nowhere/valkey.sock")
        for order, first in (("asc", [1, 2, 3, 5, 6]), ("desc", [2, 1])):
            page = self.get(f"{URL}?order={order}")
            self.assertEqual([tick["t"] for tick in page["ticks"]], first)
            self.get(page["next"], status=503)
        self.get(f"{URL}9/?epoch={EPOCH}", status=503)
