"""Streams in the admin: who may watch each, what the archive has of it, how long it is kept."""

from __future__ import annotations

from django.test import override_settings

from tests.admin.cases import AdminCase, segment
from ticks.models import Segment, Stream

URL = "/admin/ticks/stream/main/change/"


class StreamsTest(AdminCase):
    def refusal(self, **form: object) -> str:
        html = self.text(self.client.post(URL, form))
        self.assertIsNone(Stream.objects.get(name="main").keep_days)
        return html

    def test_the_visibility_of_a_stream_can_be_changed(self) -> None:
        self.client.post(URL, {"public": "on", "description": "for everybody"})
        self.assertTrue(Stream.objects.get(name="main").public)

    def test_visibility_can_be_changed_in_the_list(self) -> None:
        form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-name": "main", "form-0-public": "on"}
        self.client.post("/admin/ticks/stream/", {**form, "_save": "Save"})
        self.assertTrue(Stream.objects.get(name="main").public)

    def test_a_new_stream_needs_a_name_that_can_be_one(self) -> None:
        answer = self.client.post("/admin/ticks/stream/add/", {"name": "Not A Name"})
        self.assertContains(answer, "beginning with a letter or digit")
        self.client.post("/admin/ticks/stream/add/", {"name": "rig-2"})
        self.assertTrue(Stream.objects.filter(name="rig-2", public=False).exists())

    def test_the_list_tells_what_the_archive_has_and_leads_to_the_pages(self) -> None:
        Segment.objects.bulk_create([segment(1), segment(11, count=1990, stored=2 << 20), segment(1, "main@60")])
        html = self.page("stream/")
        for words in (
            ">2,000<",
            ">2.0 MB<",
            ">105<",
            ">2023-11-14 22:13:40 UTC<",
            '"/s/main/"',
            '"/api/streams/main/"',
        ):
            self.assertIn(words, html)

    def test_the_list_asks_as_often_for_many_streams_as_for_one(self) -> None:
        Segment.objects.bulk_create([segment(1)])
        self.page("stream/")
        with self.assertNumQueries(6):
            self.page("stream/")
        for number in range(20):
            Stream.objects.create(name=f"s{number}")
            segment(1, f"s{number}").save()
        with self.assertNumQueries(6):
            self.page("stream/")

    def test_a_stream_may_be_kept_for_another_time_than_the_settings_say(self) -> None:
        self.page("stream/main/change/")
        self.client.post(URL, {"keep_days": "0.5", "keep_bytes": "10G", "keep_rollups_days": "0"})
        row = Stream.objects.get(name="main")
        self.assertEqual((row.keep_days, row.keep_bytes, row.keep_rollups_days), (0.5, 10 << 30, 0.0))
        self.assertIn('value="10737418240"', self.page("stream/main/change/"))
        self.client.post(URL, {})
        row = Stream.objects.get(name="main")
        self.assertEqual((row.keep_days, row.keep_bytes, row.keep_rollups_days), (None, None, None))

    def test_what_is_no_limit_is_refused(self) -> None:
        for form, words in (
            ({"keep_days": "-1"}, "greater than or equal to 0"),
            ({"keep_days": "nan"}, "Enter a number"),
            ({"keep_days": "1", "keep_bytes": "10X"}, "is no number of bytes, such as 500M or 10G"),
            ({"keep_days": "1", "keep_bytes": "-5"}, "is no number of bytes, such as 500M or 10G"),
            ({"keep_days": "1", "keep_bytes": "99999999T"}, "less than or equal to"),
        ):
            with self.subTest(form):
                self.assertIn(words, self.refusal(**form))

    def test_rollups_go_no_sooner_than_ticks_whoever_says_so(self) -> None:
        self.assertIn("of these they are kept for ever", self.refusal(keep_rollups_days="5"))
        self.assertIn("of these those older than 9 days go", self.refusal(keep_days="9", keep_rollups_days="5"))
        with override_settings(TICKS_KEEP_DAYS=2.0, TICKS_KEEP_ROLLUPS_DAYS=5.0):
            self.assertIn("of these those older than 9 days go", self.refusal(keep_days="9"))
            self.client.post(URL, {"keep_days": "5"})
        self.assertEqual(Stream.objects.get(name="main").keep_days, 5.0)
