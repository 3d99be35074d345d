"""Kiosk links in the admin: looked at, filtered, revoked; never made or changed."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from tests.admin.cases import AdminCase
from ticks.access import kiosk
from ticks.models import KioskLink, Stream

LIST = "/admin/ticks/kiosklink/"


class LinksTest(AdminCase):
    def setUp(self) -> None:
        super().setUp()
        Stream.objects.set_visibility("rig", False)
        gone = User.objects.create_user("gone", is_staff=True)
        self.hall, self.lab = kiosk.make("main", self.admin, 7, "Hall"), kiosk.make("rig", self.admin, 7, "Lab")
        self.old, self.left = kiosk.make("rig", self.admin, 7, "Old"), kiosk.make("rig", gone, 7, "Left")
        KioskLink.objects.filter(pk=self.old.pk).update(expires=timezone.now())
        User.objects.filter(pk=gone.pk).update(is_staff=False)

    def labels(self, **query: str) -> list[str]:
        html = self.page("kiosklink/", **query)
        return [label for label in ("Hall", "Lab", "Old", "Left") if f">{label} of " in html]

    def test_all_are_listed_with_how_they_stand(self) -> None:
        html = self.page("kiosklink/")
        for words in (">valid<", ">expired<", ">its maker is no longer staff<"):
            self.assertIn(words, html)
        self.assertEqual(self.labels(), ["Hall", "Lab", "Old", "Left"])
        self.assertEqual(self.labels(state="valid"), ["Hall", "Lab"])
        self.assertEqual(self.labels(state="over"), ["Old", "Left"])
        self.assertEqual(self.labels(stream__name__exact="main"), ["Hall"])
        self.assertEqual(self.labels(q="lab"), ["Lab"])

    def test_the_chosen_are_revoked_and_no_other(self) -> None:
        chosen = {"action": "revoke", "_selected_action": [self.hall.pk]}
        html = self.text(self.client.post(LIST, chosen, follow=True))
        self.assertIn("Revoked: 1.", html)
        self.assertIn(">revoked<", html)
        self.assertEqual([link.label for link in KioskLink.objects.valid()], ["Lab"])

    def test_nothing_is_made_or_changed_and_no_page_shows_what_opens_it(self) -> None:
        self.assertEqual(self.client.get(f"{LIST}add/").status_code, 403)
        path = f"{LIST}{self.hall.pk}/change/"
        self.assertEqual(self.client.post(path, {"label": "other"}).status_code, 403)
        signature = kiosk.signed(self.hall).partition(".")[2]
        for page in ("kiosklink/", f"kiosklink/{self.hall.pk}/change/"):
            self.assertNotIn(signature, self.page(page))
