from __future__ import annotations

import json
import re
from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client, TestCase
from django.utils import timezone

from ticks.links import make_link
from ticks.models import SignInLink, Stream


class PageCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = User.objects.create_user("staff", password="a long password", is_staff=True)
        cls.guest = User.objects.create_user("guest")
        Stream.objects.set_visibility("main", False)
        Stream.objects.set_visibility("open", True)

    def as_user(self, user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client


class DashboardTest(PageCase):
    def test_who_sees_which_page(self) -> None:
        sign_in = "/login/?next={}"
        for path, anonymous, guest, staff in (
            ("/", sign_in, 403, 200),
            ("/s/main/", sign_in, 403, 200),
            ("/s/open/", 200, 200, 200),
            ("/s/nosuch/", sign_in, 403, 404),
        ):
            for user, expected in ((None, anonymous), (self.guest, guest), (self.staff, staff)):
                with self.subTest(path=path, user=user):
                    answer = self.as_user(user).get(path)
                    if isinstance(expected, str):
                        self.assertRedirects(answer, expected.format(path), fetch_redirect_response=False)
                    else:
                        self.assertEqual(answer.status_code, expected)

    def test_the_page_carries_what_its_script_needs(self) -> None:
        Stream.objects.filter(name="main").update(fields={"cpu.percent": {"unit": "%", "label": "CPU"}})
        html = self.as_user(self.staff).get("/").content.decode()
        found = re.search(r'<script id="page" type="application/json">(.*?)</script>', html)
        assert found
        page = json.loads(found[1])
        self.assertEqual((page["stream"], page["ws"], page["window_s"]), ("main", "/ws/stream", 300))
        self.assertEqual(page["fields"]["cpu.percent"]["label"], "CPU")

    def test_every_page_has_a_strict_content_security_policy_and_keeps_to_it(self) -> None:
        for path in ("/", "/login/", "/link/nosuch/", "/s/nosuch/", "/admin/"):
            answer = self.as_user(self.staff).get(path)
            policy = answer["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            html = answer.content.decode()
            self.assertNotRegex(html, r"<script(?![^>]*(\bsrc=|application/json))")
            self.assertNotRegex(html, r"\son[a-z]+=")


class SignInTest(PageCase):
    def test_the_sign_in_page_lists_the_public_streams_only(self) -> None:
        html = Client().get("/login/").content.decode()
        self.assertIn("/s/open/", html)
        self.assertNotIn("/s/main/", html)

    def test_a_password_signs_in_and_returns_to_where_one_was(self) -> None:
        form = {"username": "staff", "password": "a long password", "next": "/s/main/"}
        self.assertRedirects(Client().post("/login/", form), "/s/main/", fetch_redirect_response=False)

    def test_next_leads_nowhere_else(self) -> None:
        form = {"username": "staff", "password": "a long password", "next": "https://evil.example/"}
        self.assertRedirects(Client().post("/login/", form), "/", fetch_redirect_response=False)


class LinkTest(PageCase):
    def test_the_button_signs_in_once(self) -> None:
        url = f"/link/{make_link(self.staff)}/"
        client = Client()
        for _ in range(3):
            self.assertEqual(client.get(url).status_code, 200, "looking spends nothing")
        self.assertRedirects(client.post(url), "/", fetch_redirect_response=False)
        self.assertEqual(client.get("/").status_code, 200)
        self.assertEqual(Client().get(url).status_code, 410)
        self.assertEqual(Client().post(url).status_code, 410)

    def test_the_button_cannot_be_pressed_from_elsewhere(self) -> None:
        self.assertEqual(Client(enforce_csrf_checks=True).post(f"/link/{make_link(self.staff)}/").status_code, 403)

    def test_a_link_ends_after_15_minutes(self) -> None:
        url = f"/link/{make_link(self.staff)}/"
        left = SignInLink.objects.get().expires_at - timezone.now()
        self.assertTrue(timedelta(minutes=14) < left <= timedelta(minutes=15))
        SignInLink.objects.update(expires_at=timezone.now())
        self.assertEqual(Client().post(url).status_code, 410)

    def test_a_user_who_is_no_longer_active_cannot_use_it(self) -> None:
        url = f"/link/{make_link(self.staff)}/"
        User.objects.filter(pk=self.staff.pk).update(is_active=False)
        self.assertEqual(Client().post(url).status_code, 410)

    def test_the_token_is_kept_as_a_hash_and_not_cached(self) -> None:
        token = make_link(self.staff)
        self.assertNotIn(token, SignInLink.objects.get().token_hash)
        self.assertIn("no-store", Client().get(f"/link/{token}/")["Cache-Control"])

    def test_old_links_are_swept_out(self) -> None:
        make_link(self.staff)
        SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        make_link(self.staff)
        self.assertEqual(SignInLink.objects.count(), 1)
