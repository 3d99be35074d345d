from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.exported import StreamedCase
from tests.support.cases import EPOCH, NEXT_EPOCH
from ticks.api.segments import SegmentViewSet
from ticks.archive import handed, index, sealing
from ticks.models import Segment

URL = "/api/segments/"


def row(stream: str = "main", epoch: str = EPOCH, first_t: int = 1, ts: float = 0.0) -> Segment:
    """One whose file is not looked at."""
    times = {"prev_t": first_t - 1, "n": first_t, "count": 1, "min_ts": ts, "max_ts": ts, "bytes": 10}
    path = f"{stream}/{epoch}/{first_t:020d}.jsonl"
    return Segment.objects.create(
        stream=stream, epoch=epoch, first_t=first_t, last_t=first_t, path=path, stored=10, **times
    )


class ListTest(StreamedCase):
    def keys(self, query: str = "", **asker: Any) -> list[str]:
        return [one["key"] for one in self.get(f"{URL}?{query}", **asker)["segments"]]

    def test_a_file_is_told_of_as_the_index_has_it(self) -> None:
        self.keep(1, 2, 3)
        self.keep(4, 5)
        sealing.seal(self.archive, [index.segments("main").get(first_t=1)])
        sealed, closed = self.get(URL)["segments"]
        self.assertEqual(
            closed,
            {
                "url": f"http://testserver{URL}main:{EPOCH}:4/",
                "key": f"main:{EPOCH}:4",
                **{"stream": "main", "epoch": EPOCH, "first_t": 4, "last_t": 5, "n": 4, "count": 2},
                **{"min_ts": 1004.0, "max_ts": 1005.0, "bytes": 60, "stored": 60, "sealed": False},
                "download": f"http://testserver{URL}main:{EPOCH}:4/download/",
            },
        )
        self.assertEqual((sealed["sealed"], sealed["count"]), (True, 3))
        self.assertGreater(sealed["stored"], sealed["bytes"])  # so little does not get smaller
        self.assertEqual(self.get(closed["url"]), closed)

    def test_only_those_of_streams_that_one_may_read_are_there_and_none_of_rollups(self) -> None:
        for stream in ("main", "private", "orphan", "main@60"):
            row(stream)
        guest, staff = self.signed_in(), self.signed_in(is_staff=True)
        for client, streams in ((None, ["main"]), (guest, ["main"]), (staff, ["main", "orphan", "private"])):
            self.assertEqual([key.partition(":")[0] for key in self.keys(client=client)], streams)
        for stream in ("private", "orphan", "nosuch"):
            self.get(f"{URL}{stream}:{EPOCH}:1/", status=401)
            self.get(f"{URL}{stream}:{EPOCH}:1/download/", status=401)
            self.get(f"{URL}{stream}:{EPOCH}:1/", guest, 404)
            self.get(f"{URL}{stream}:{EPOCH}:1/download/", guest, 404)
        self.get(f"{URL}orphan:{EPOCH}:1/", staff)
        self.assertEqual(staff.get(f"{URL}main@60:{EPOCH}:1/").status_code, 404)

    def test_filters(self) -> None:
        for t in (1, 2, 3):
            row(first_t=t, ts=t * 10.0)
        row(epoch=NEXT_EPOCH, ts=40.0)
        for query, expected in (
            (f"epoch={NEXT_EPOCH}", [f"main:{NEXT_EPOCH}:1"]),
            ("stream=main&from_ts=40", [f"main:{NEXT_EPOCH}:1"]),
            ("from_ts=20&to_ts=40", [f"main:{EPOCH}:2", f"main:{EPOCH}:3"]),
        ):
            self.assertEqual(self.keys(query), expected)
        self.get(f"{URL}?stream=other", status=401)
        self.assertEqual(self.keys("stream=other", client=self.signed_in(is_staff=True)), [])

    def test_a_walk_by_next_and_back_by_previous_gives_every_file_once(self) -> None:
        for stream in ("main", "other", "third"):
            for epoch in (EPOCH, NEXT_EPOCH):
                for t in range(1, 4):
                    row(stream, epoch, t)
        staff = self.signed_in(is_staff=True)
        every = self.keys(client=staff)
        self.assertEqual(len(every), 18)
        for limit in (1, 4, 6, 18):
            for link, begin in (("next", f"limit={limit}"), ("previous", f"limit={limit}&cursor=before:z:{EPOCH}:1")):
                found, url = [], f"{URL}?{begin}"
                while url:
                    page = self.get(url, staff)
                    keys = [one["key"] for one in page["segments"]]
                    found = found + keys if link == "next" else keys + found
                    url = page[link]
                self.assertEqual(found, every)

    def test_a_page_takes_few_queries_and_counts_nothing(self) -> None:
        for t in range(1, 40):
            row(first_t=t)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            self.assertEqual(len(self.keys(f"limit=30&cursor=after:main:{EPOCH}:2")), 30)
        self.assertLessEqual(len(queries), 3)
        self.assertNotIn("COUNT", str(queries.captured_queries))

    def test_a_table_of_them(self) -> None:
        row()
        self.assertIn(f"main,{EPOCH},1,1", self.answer(f"{URL}?format=csv").content.decode())

    def test_what_is_wrong_is_said(self) -> None:
        for query in ("cursor=1", "cursor=after:main:x:1", "cursor=beside:main:0:1", "limit=0", "stream=@", "page=2"):
            self.assertIn(query.partition("=")[0], self.get(f"{URL}?{query}", status=400)["detail"])


class DownloadTest(StreamedCase):
    def setUp(self) -> None:
        super().setUp()
        self.path = self.keep(*range(1, 50))
        self.data = self.path.read_bytes()
        self.url = f"{URL}main:{EPOCH}:1/download/"

    def seal(self) -> Path:
        return sealing.seal(self.archive, list(index.segments("main")))

    def test_the_whole_file_as_it_is_stored(self) -> None:
        answer, body = self.fetch(self.url)
        self.assertEqual(body, self.data)
        self.assertEqual((answer["Content-Length"], answer["Accept-Ranges"]), (str(len(self.data)), "bytes"))
        self.assertEqual(answer["Content-Type"], "application/x-ndjson")
        name = f'attachment; filename="main-{EPOCH}-{1:020d}.jsonl"'
        self.assertEqual(answer["Content-Disposition"], name)
        sealed = self.seal()
        answer, body = self.fetch(self.url)
        self.assertEqual((body, answer["Content-Type"]), (sealed.read_bytes(), "application/zstd"))

    def test_a_part_of_it(self) -> None:
        etag = self.fetch(self.url)[0]["ETag"]
        for header, start, end in (("bytes=5-9", 5, 10), ("bytes=10-", 10, None), ("bytes=-7", -7, None)):
            answer, body = self.fetch(self.url, 206, range=header, if_range=etag)
            self.assertEqual(body, self.data[start:end])
            self.assertEqual(answer["Content-Length"], str(len(body)))
            first = start % len(self.data)
            where = f"bytes {first}-{first + len(body) - 1}/{len(self.data)}"
            self.assertEqual(answer["Content-Range"], where)

    def test_pieces_make_no_difference(self) -> None:
        with patch.object(handed, "PIECE_BYTES", 7):
            self.assertEqual(self.fetch(self.url)[1], self.data)
            self.assertEqual(self.fetch(self.url, 206, range="bytes=3-20")[1], self.data[3:21])

    def test_a_part_that_is_not_there(self) -> None:
        answer, body = self.fetch(self.url, 416, range=f"bytes={len(self.data)}-")
        self.assertEqual(answer["Content-Range"], f"bytes */{len(self.data)}")
        told = {"detail": f"Range: 'bytes={len(self.data)}-' is not within its {len(self.data)} bytes."}
        self.assertEqual(json.loads(body), told)

    def test_the_whole_where_several_parts_are_asked_for_or_the_file_is_another(self) -> None:
        for headers in ({"range": "bytes=0-1,3-4"}, {"range": "bytes=1-2", "if_range": '"other"'}):
            self.assertEqual(self.fetch(self.url, **headers)[1], self.data)

    def test_what_one_has_is_not_sent_again_until_it_is_another(self) -> None:
        answer = self.fetch(self.url)[0]
        for headers in ({"if_none_match": answer["ETag"]}, {"if_modified_since": answer["Last-Modified"]}):
            again, body = self.fetch(self.url, 304, **headers)
            self.assertEqual((again["ETag"], body), (answer["ETag"], b""))
        self.seal()
        self.assertNotEqual(self.fetch(self.url, if_none_match=answer["ETag"])[0]["ETag"], answer["ETag"])
        self.assertEqual(self.fetch(self.url, range="bytes=1-2", if_range=answer["ETag"])[0].status_code, 200)

    def test_head_opens_the_file_and_sends_nothing_of_it(self) -> None:
        answer = self.client.head(self.url)
        self.assertEqual((answer["Content-Length"], answer.status_code), (str(len(self.data)), 200))

    def test_a_file_that_is_sealed_or_removed_meanwhile_is_still_given_whole(self) -> None:
        async def look(answer: Any) -> bytes:
            self.path.unlink()
            return b"".join([piece async for piece in answer])

        self.assertEqual(self.with_answer(self.url, look), self.data)
        self.fetch(self.url, 404)

    def test_a_file_that_was_sealed_since_its_row_was_read_is_found(self) -> None:
        stale = index.segments("main").get()
        sealed = self.seal()
        found = handed.handed(self.archive, stale)
        assert found is not None
        self.assertEqual((found[0].path, found[1].piece()), (f"main/{EPOCH}/{sealed.name}", sealed.read_bytes()))

    def test_nothing_else_is_given_in_its_place(self) -> None:
        self.path.unlink()
        os.mkfifo(self.path)
        self.fetch(self.url, 404)
        for key in ("main:../../x:1", f"main:{EPOCH}:..", f"../main:{EPOCH}:1"):
            self.fetch(f"{URL}{key}/download/", 404)

    def test_a_file_that_is_cut_off_meanwhile_is_not_taken_for_whole(self) -> None:
        async def look(answer: Any) -> bytes:
            self.path.write_bytes(b"x")
            return b"".join([piece async for piece in answer])

        with self.assertRaisesRegex(OSError, "ends at byte 1"):
            self.with_answer(self.url, look)

    def test_more_than_some_at_a_time_are_told_when_to_come_back(self) -> None:
        with patch.object(SegmentViewSet.room, "most", 0):
            answer, body = self.fetch(self.url, 503)
        self.assertEqual(answer["Retry-After"], "5")
        self.assertIn("0 downloads under way", json.loads(body)["detail"])
        self.assertEqual(SegmentViewSet.room.taken, 0)
