from __future__ import annotations

from django.contrib.auth.models import User
from django.test import TestCase

from ticks.models import Segment, Stream


class AdminTest(TestCase):
    def setUp(self) -> None:
        self.client.force_login(User.objects.create_superuser("admin"))
        Stream.objects.set_visibility("main", False)

    def test_the_visibility_of_a_stream_can_be_changed(self) -> None:
        form = {"public": "on", "description": "for everybody"}
        self.client.post("/admin/ticks/stream/main/change/", form)
        self.assertTrue(Stream.objects.get(name="main").public)

    def test_a_new_stream_needs_a_name_that_can_be_one(self) -> None:
        answer = self.client.post("/admin/ticks/stream/add/", {"name": "Not A Name"})
        self.assertContains(answer, "beginning with a letter or digit")
        self.client.post("/admin/ticks/stream/add/", {"name": "rig-2"})
        self.assertTrue(Stream.objects.filter(name="rig-2", public=False).exists())

    def test_segments_can_be_looked_at_and_not_changed(self) -> None:
        row = Segment.objects.create(
            stream="main", epoch="0mwpx6cq0aaaa", path="main/x", first_t=1, last_t=2, prev_t=0, n=1, count=2,
            min_ts=0.0, max_ts=1.0, bytes=10,
        )  # fmt: skip
        self.assertContains(self.client.get("/admin/ticks/segment/"), "main/x")
        self.assertEqual(self.client.get(f"/admin/ticks/segment/{row.pk}/change/").status_code, 200)
        self.assertEqual(self.client.get("/admin/ticks/segment/add/").status_code, 403)
        self.assertEqual(self.client.post(f"/admin/ticks/segment/{row.pk}/delete/").status_code, 403)
        self.assertEqual(self.client.post(f"/admin/ticks/segment/{row.pk}/change/", {"count": 9}).status_code, 403)

    def test_users_are_managed_here(self) -> None:
        self.assertEqual(self.client.get("/admin/auth/user/").status_code, 200)

    def test_the_admins_sign_in_is_the_one_of_the_site(self) -> None:
        self.client.logout()
        answer = self.client.get("/admin/", follow=True)
        self.assertEqual(answer.redirect_chain[-1][0], "/login/?next=%2Fadmin%2F")
