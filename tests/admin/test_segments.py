"""Segments in the admin: looked at, never changed."""

from __future__ import annotations

from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.cases import EPOCH, AdminCase, segment
from ticks.admin import segments
from ticks.models import Segment

NEXT_EPOCH = "0mwpx6cq1aaaa"


class SegmentsTest(AdminCase):
    def setUp(self) -> None:
        super().setUp()
        rows = [segment(1), segment(11), segment(1, epoch=NEXT_EPOCH), segment(5, "main@60"), segment(7, "rig")]
        Segment.objects.bulk_create(rows)

    def listed(self, **query: object) -> list[str]:
        answer = self.client.get("/admin/ticks/segment/", query)
        self.assertEqual(answer.status_code, 200, answer)
        return [f"{row.stream} {row.epoch[-5:]} {row.first_t}" for row in answer.context["cl"].result_list]

    def test_they_can_be_looked_at_and_not_changed(self) -> None:
        row = Segment.objects.get(path=f"main/{EPOCH}/{1:020d}.jsonl.zst")
        self.assertIn(row.path, self.page(f"segment/{row.pk}/change/"))
        self.assertEqual(self.client.get("/admin/ticks/segment/add/").status_code, 403)
        self.assertEqual(self.client.post(f"/admin/ticks/segment/{row.pk}/delete/").status_code, 403)
        self.assertEqual(self.client.post(f"/admin/ticks/segment/{row.pk}/change/", {"count": 9}).status_code, 403)

    def test_each_tells_sizes_ratio_rate_and_times(self) -> None:
        for path in ("segment/", f"segment/{Segment.objects.get(stream='rig').pk}/change/"):
            html = self.page(path)
            for words in (">1.0 KB<", ">4.0 KB<", ">4.0 ×<", ">1<", ">2023-11-14 22:13:27 UTC<", "22:13:36 UTC<"):
                self.assertIn(words, html)
        self.assertIn("main@60: rollup of main, 60 s a row", self.page("segment/"))

    def test_what_has_no_size_rate_or_date_is_listed_all_the_same(self) -> None:
        segment(1, "odd", stored=0, min_ts=1e300, max_ts=1e300).save()
        self.assertIn("ts=1e+300", self.page("segment/", stream="odd"))

    def test_they_are_filtered_by_stream_and_epoch_newest_first(self) -> None:
        self.assertEqual(self.listed(stream="main"), ["main 1aaaa 1", "main 0aaaa 11", "main 0aaaa 1"])
        self.assertEqual(self.listed(stream="main", epoch=EPOCH), ["main 0aaaa 11", "main 0aaaa 1"])
        self.assertEqual(self.listed(stream="main@60"), ["main@60 0aaaa 5"])
        self.assertNotIn(f"?epoch={NEXT_EPOCH}", self.page("segment/"))
        self.assertIn(f"epoch={NEXT_EPOCH}", self.page("segment/", stream="main"))

    def test_they_are_found_by_path_and_by_a_t_within(self) -> None:
        self.assertEqual(self.listed(q="rig/"), ["rig 0aaaa 7"])
        self.assertEqual(self.listed(q=" 15 ", stream="main"), ["main 0aaaa 11"])
        self.assertEqual(self.listed(q="9" * 30), [])

    def test_a_segment_leads_to_its_file(self) -> None:
        url = reverse("segment-download", kwargs={"key": f"rig:{EPOCH}:7"})
        self.assertIn(f'<a href="{url}">Download</a>', self.page("segment/", stream="rig"))

    def test_a_long_table_is_neither_counted_nor_walked_to_its_end(self) -> None:
        with (
            patch.object(segments, "MOST", 3),
            patch.object(segments.SegmentAdmin, "list_per_page", 2),
            CaptureQueriesContext(connection) as asked,
        ):
            self.assertEqual(self.listed(p=1), ["main 1aaaa 1", "main 0aaaa 11"])
            self.assertEqual(self.listed(p=2), ["main 0aaaa 1"])
        counts = [query["sql"] for query in asked if "COUNT" in query["sql"]]
        self.assertEqual([sql for sql in counts if "LIMIT 3" not in sql], [])
        self.assertTrue(counts)
