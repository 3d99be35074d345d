"""Kiosk links over the API: made, listed and revoked by staff; what they open is in test_rights.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.api.cases import ApiCase
from ticks.access import kiosk, tokens
from ticks.access.rights import WRONG_LINK
from ticks.api import links
from ticks.models import KioskLink

URL = "/api/streams/private/links/"


class LinksTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.staff = self.signed_in(is_staff=True)

    def post(self, body: Any, client: Client | None = None, status: int = 201) -> Any:
        answer = (client or self.staff).post(URL, body, content_type="application/json")
        self.assertEqual(answer.status_code, status, answer.content)
        return answer.json()

    def test_a_new_one_tells_its_address_this_once(self) -> None:
        made = self.post({"days": 30, "label": " Hall "})
        link = KioskLink.objects.get()
        self.assertEqual(made["address"], f"http://testserver/k/{kiosk.signed(link)}/")
        self.assertEqual((made["label"], made["created_by"], made["used"]), ("Hall", "user0", None))
        lasts = datetime.fromisoformat(made["expires"]) - datetime.fromisoformat(made["created"])
        self.assertLess(abs(lasts - timedelta(days=30)), timedelta(seconds=10))
        (listed,) = self.get(URL, self.staff)["links"]
        self.assertEqual({**listed, "address": made["address"]}, made)
        self.assertNotIn(kiosk.signed(link).partition(".")[2], self.answer(URL, self.staff).content.decode())

    def test_the_list_has_those_of_the_stream_that_open_it_now_the_newest_first(self) -> None:
        user = User.objects.create_user("maker", is_staff=True)
        gone = User.objects.create_user("gone", is_staff=True, is_active=False)
        kept = [kiosk.make("private", user, 1, label) for label in ("first", "second")]
        kiosk.make("main", user, 1, "another stream")
        kiosk.make("private", gone, 1, "of nobody")
        KioskLink.objects.filter(pk=kiosk.make("private", user, 1).pk).update(expires=timezone.now())
        KioskLink.objects.filter(pk=kiosk.make("private", user, 1).pk).revoke()
        told = self.get(URL, self.staff)
        self.assertEqual(
            (told["stream"], [one["id"] for one in told["links"]]), ("private", [k.pk for k in kept[::-1]])
        )

    def test_one_is_revoked_for_good_by_any_member_of_staff_and_once_is_enough(self) -> None:
        url = self.post({"days": 1})["url"]
        other = self.signed_in(is_staff=True)
        self.assertEqual(other.delete(url).status_code, 204)
        revoked = KioskLink.objects.get().revoked
        self.assertEqual(other.delete(url).status_code, 204)
        self.assertEqual(KioskLink.objects.get().revoked, revoked)
        self.assertEqual(self.get(URL, self.staff)["links"], [])

    def test_one_of_another_stream_is_not_found(self) -> None:
        self.post({"days": 1})
        for key in (KioskLink.objects.get().pk, "abc"):
            self.assertEqual(self.staff.delete(f"/api/streams/main/links/{key}/").status_code, 404)
        self.assertIsNone(KioskLink.objects.get().revoked)

    def test_what_is_no_link_is_refused_and_says_why(self) -> None:
        for body, words in (
            ([], "this is no object"),
            ({}, "days is not a whole number from 1 to 366"),
            *(({"days": days}, "days is not a whole number") for days in (0, 367, 1.5, True, "7", None)),
            ({"days": 1, "label": None}, "label is not a text"),
            ({"days": 1, "label": "x" * 65}, "label is not a text of at most 64"),
            ({"days": 1, "label": "\0"}, "none of them NUL"),
            ({"days": 1, "stream": "main"}, "unknown 'stream'"),
        ):
            with self.subTest(body):
                self.assertIn(words, self.post(body, status=400)["detail"])
        self.assertFalse(KioskLink.objects.exists())

    def test_a_stream_has_so_many_at_most(self) -> None:
        with patch.object(links, "MOST", 2):
            first = self.post({"days": 1})
            self.post({"days": 1})
            self.assertIn("revoke one", self.post({"days": 1}, status=409)["detail"])
            self.staff.delete(first["url"])
            self.post({"days": 1})

    def test_a_page_without_its_form_token_makes_and_revokes_none(self) -> None:
        url = self.post({"days": 1})["url"]
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = self.staff.cookies
        self.post({"days": 1}, strict, status=403)
        self.assertEqual(strict.delete(url).status_code, 403)
        self.assertEqual(KioskLink.objects.valid().count(), 1)

    def test_a_script_of_staff_makes_one_and_its_address_opens(self) -> None:
        user = User.objects.create_user("robot", is_staff=True)
        script = Client(headers={"Authorization": f"Token {tokens.make(user, 'script')}"})
        self.assertEqual(Client().get(self.post({"days": 1}, script)["address"]).status_code, 200)

    def test_one_that_is_over_is_refused_also_where_everybody_may_read(self) -> None:
        link = kiosk.make("main", User.objects.create_user("maker", is_staff=True), 1)
        shown = {"Authorization": f"Link {kiosk.signed(link)}"}
        self.get("/api/streams/main/health/", Client(), **shown)
        self.assertIsNotNone(KioskLink.objects.get().used)
        KioskLink.objects.revoke()
        for path in ("/api/streams/main/health/", "/api/streams/", "/api/pulse/", "/api/"):
            self.assertEqual(self.get(path, Client(), 401, **shown)["detail"], WRONG_LINK)
