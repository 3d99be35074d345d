from __future__ import annotations

import csv
import io
import json
import re
from functools import partial
from typing import Any
from unittest.mock import patch

import redis
import zstandard

from tests.api.exported import StreamedCase
from tests.support.cases import EPOCH, NEXT_EPOCH, lines
from ticks.api.export import ExportViewSet
from ticks.archive import index, sealing
from ticks.archive.walk import walk_sealed

URL = "/api/streams/main/export/"


def unpacked(body: bytes) -> list[bytes]:
    return zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True).read().splitlines()


class ExportCase(StreamedCase):
    def setUp(self) -> None:
        """Sealed 1-4, closed 5-6, nothing of 7-8, hot 9-10; then another epoch with 1-2 sealed and 3 in the hot log."""
        super().setUp()
        self.keep(1, 2, 3, 4)
        self.seal()
        self.keep(5, 6)
        self.keep(1, 2, epoch=NEXT_EPOCH)
        self.seal(NEXT_EPOCH)
        self.publish(9, 10, prev_t=8, n=9)
        self.publish(3, prev_t=2, n=3, epoch=NEXT_EPOCH)
        self.ticks = [*lines(1, 2, 3, 4, 5, 6, 9, 10), *lines(1, 2, 3)]

    def seal(self, epoch: str = EPOCH) -> None:
        sealing.seal(self.archive, list(index.segments("main", epoch)))

    def lines(self, query: str = "") -> list[bytes]:
        return self.fetch(f"{URL}?{query}")[1].splitlines()


class FormatsTest(ExportCase):
    def test_lines_are_as_stored_with_gaps_in_their_places(self) -> None:
        found = self.lines()
        gaps = {at: json.loads(line)["gap"] for at, line in enumerate(found) if line.startswith(b'{"gap"')}
        self.assertEqual(
            {at: (gap["reason"], gap["count"], gap.get("epoch")) for at, gap in gaps.items()},
            {6: ("lost", 2, None), 9: ("epoch", 0, NEXT_EPOCH)},
        )
        self.assertEqual([line for at, line in enumerate(found) if at not in gaps], self.ticks)

    def test_zstd_has_the_same_lines_without_the_gaps(self) -> None:
        answer, body = self.fetch(f"{URL}?format=jsonl.zst")
        self.assertEqual(unpacked(body), self.ticks)
        self.assertEqual(answer["Content-Type"], "application/zstd")

    def test_what_is_sealed_is_copied(self) -> None:
        body = self.fetch(f"{URL}?format=jsonl.zst")[1]
        for epoch in (EPOCH, NEXT_EPOCH):
            row = index.segments("main", epoch).filter(path__endswith=".zst").get()
            stored = (self.archive / row.path).read_bytes()
            (frame,) = walk_sealed(stored)
            self.assertIn(stored[: frame.size], body)

    def test_csv_has_a_row_a_tick(self) -> None:
        answer, body = self.fetch(f"{URL}?format=csv")
        rows = list(csv.DictReader(io.StringIO(body.decode())))
        expected = [json.loads(line) for line in self.ticks]
        self.assertEqual([list(row) for row in rows], [["t", "ts", "value", "other"]] * len(expected))
        self.assertEqual(
            [(int(row["t"]), float(row["ts"]), int(row["value"]), row["other"]) for row in rows],
            [(tick["t"], tick["ts"], tick["value"], "") for tick in expected],
        )
        self.assertEqual(answer["Content-Type"], "text/csv; charset=utf-8")

    def test_only_some_fields(self) -> None:
        self.assertEqual(self.lines("fields=nothing&before=2&epoch=" + EPOCH), [b'{"t":1,"ts":1001.0}'])
        body = self.fetch(f"{URL}?format=csv&fields=value,nothing&epoch={EPOCH}&before=2")[1]
        self.assertEqual(body, b"t,ts,value,nothing\n1,1001.0,1,\n")
        detail = json.loads(self.fetch(f"{URL}?format=jsonl.zst&fields=value", 400)[1])["detail"]
        self.assertEqual(detail, "fields can't be chosen of jsonl.zst, which gives ticks as they are stored")

    def test_the_headers_say_what_it_is(self) -> None:
        answer = self.fetch(f"{URL}?format=csv&from_ts=0&to_ts=1005")[0]
        name = 'attachment; filename="main-19700101T000000Z-19700101T001645Z.csv"'
        self.assertEqual(answer["Content-Disposition"], name)
        self.assertEqual((answer["Cache-Control"], answer["X-Accel-Buffering"]), ("no-store", "no"))
        name = self.fetch(f"{URL}?after={EPOCH}:3")[0]["Content-Disposition"]
        self.assertTrue(re.fullmatch(r'attachment; filename="main-4-\d{8}T\d{6}Z\.jsonl"', name), name)

    def test_the_accepted_form_counts_where_no_format_is_asked_for(self) -> None:
        self.assertEqual(self.fetch(URL, accept="text/csv")[0]["Content-Type"], "text/csv; charset=utf-8")
        self.assertEqual(self.fetch(URL, accept="*/*")[0]["Content-Type"], "application/x-ndjson")


class BoundsTest(ExportCase):
    def test_what_is_asked_for_is_what_is_in_it(self) -> None:
        for query, expected in (
            (f"after={EPOCH}:4&before={EPOCH}:7", self.ticks[4:6]),
            (f"epoch={NEXT_EPOCH}&after=1", self.ticks[9:]),
            ("from_ts=1002&to_ts=1003.5", [*self.ticks[1:3], *self.ticks[9:]]),
        ):
            with self.subTest(query):
                found = self.fetch(f"{URL}?format=jsonl.zst&{query}")[1]
                self.assertEqual(unpacked(found), expected)

    def test_a_damaged_sealed_frame_is_left_out_and_told(self) -> None:
        row = index.segments("main", NEXT_EPOCH).get()
        path = self.archive / row.path
        path.write_bytes(b"\0" * 20 + path.read_bytes()[20:])
        self.assertEqual(unpacked(self.fetch(f"{URL}?format=jsonl.zst")[1]), [*self.ticks[:8], self.ticks[-1]])
        self.assertIn(b'"reason":"damaged"', b"".join(self.lines()))

    def test_ticks_that_come_meanwhile_are_not_in_it(self) -> None:
        async def look(answer: Any) -> list[bytes]:
            self.publish(4, prev_t=3, n=4, epoch=NEXT_EPOCH)
            return b"".join([piece async for piece in answer]).splitlines()

        with patch("ticks.history.exporting.PIECE_BYTES", 1):
            self.assertEqual(self.with_answer(URL, look)[-1], self.ticks[-1])

    def test_a_stream_without_ticks_has_an_empty_export(self) -> None:
        staff = self.user(is_staff=True)
        for format, body in (("jsonl", b""), ("jsonl.zst", b""), ("csv", b"t,ts,other\n")):
            path = f"/api/streams/private/export/?format={format}"
            self.assertEqual(self.fetch(path, user=staff)[1], body)


class RefusalsTest(ExportCase):
    def test_what_is_wrong_is_said(self) -> None:
        for query, detail in (
            ("format=xml", "format='xml' is none of jsonl, jsonl.zst, csv"),
            ("limit=5", "unknown parameter 'limit': allowed are from_ts, to_ts, after, before, epoch, fields, format"),
            ("from_ts=2&to_ts=1", "from_ts=2.000 is later than to_ts=1.000"),
        ):
            self.assertEqual(json.loads(self.fetch(f"{URL}?{query}", 400)[1]), {"detail": detail})

    def test_head_reads_nothing(self) -> None:
        with patch("ticks.api.export._pieces", side_effect=AssertionError):
            answer = self.client.head(f"{URL}?format=csv&from_ts=0&to_ts=1005")
        self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "text/csv; charset=utf-8"))
        self.assertIn("1005", answer["Content-Disposition"].replace("001645", "1005"))
        self.assertNotIn("Content-Length", answer)

    def test_a_private_stream_and_none_look_the_same(self) -> None:
        for path in ("private", "nosuch"):
            self.fetch(f"/api/streams/{path}/export/", 401)
            self.fetch(f"/api/streams/{path}/export/", 404, user=self.user())

    def test_more_than_some_at_a_time_are_told_when_to_come_back(self) -> None:
        async def look(said: str, answer: Any) -> None:
            refused = await self.async_client.get(URL)
            self.assertEqual((refused.status_code, refused["Retry-After"]), (503, "5"))
            self.assertIn(said, refused.json()["detail"])
            answer.close()

        for most, said in (("most", "1 exports under way"), ("each", "You have 1 exports under way")):
            with self.subTest(most), patch.object(ExportViewSet.room, most, 1):
                self.with_answer(URL, partial(look, said))
                self.assertEqual(ExportViewSet.room.taken, 0)
        with patch.object(ExportViewSet.room, "most", 1):
            self.assertEqual(len(self.lines()), len(self.ticks) + 2)
        self.assertEqual(ExportViewSet.room.taken, 0)

    def test_an_answer_that_nobody_reads_leaves_its_place_in_time(self) -> None:
        async def look(answer: Any) -> None:
            self.assertEqual((await self.async_client.get(URL)).status_code, 503)
            with patch("ticks.api.streamed.BEGIN_S", 0.0):
                other = await self.async_client.get(URL)
            self.assertEqual(other.status_code, 200)
            await anext(aiter(other))
            with patch("ticks.api.streamed.BEGIN_S", 0.0):
                self.assertEqual((await self.async_client.get(URL)).status_code, 503)
            answer.close()
            other.close()

        with patch.object(ExportViewSet.room, "most", 1), patch("ticks.history.exporting.PIECE_BYTES", 1):
            self.with_answer(URL, look)
            self.assertEqual(len(self.lines()), len(self.ticks) + 2)

    def test_while_redis_is_away_what_is_archived_is_given_or_it_is_said_that_it_cannot_be(self) -> None:
        self.use("unix:///nowhere/valkey.sock")
        self.assertEqual(self.lines(f"after={EPOCH}:0&before={EPOCH}:6"), self.ticks[:5])
        self.assertIn("try again", json.loads(self.fetch(URL, 503)[1])["detail"])

    def test_what_fails_on_the_way_is_not_taken_for_whole(self) -> None:
        with (
            patch("ticks.history.exporting.PIECE_BYTES", 1),
            patch("ticks.history.whole.Whole.steps", side_effect=[iter([]), redis.ConnectionError]),
            self.assertRaises(redis.ConnectionError),
        ):
            self.fetch(URL)
        self.assertEqual(ExportViewSet.room.taken, 0)
