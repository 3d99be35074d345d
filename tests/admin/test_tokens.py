"""Tokens in the admin: made, looked at, revoked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from tests.admin.cases import AdminCase
from ticks.access import tokens
from ticks.models import Token

ADD = "/admin/ticks/token/add/"


class TokensTest(AdminCase):
    def form(self, **more: object) -> dict[str, object]:
        return {"user": self.admin.pk, "name": "laptop", "stream": "", "expires_0": "", "expires_1": "", **more}

    def test_a_new_one_shows_its_secret_once(self) -> None:
        html = self.text(self.client.post(ADD, self.form(stream="main"), follow=True))
        (secret,) = set(re.findall(r"tm_[\w-]+", html))
        token = tokens.valid([tokens.hashed(secret)])[tokens.hashed(secret)]
        self.assertEqual((token.user, token.name, token.stream_id, token.expires), (self.admin, "laptop", "main", None))
        for path in ("token/", f"token/{token.pk}/change/", f"token/{token.pk}/history/"):
            page = self.page(path)
            self.assertNotIn(secret, page)
            self.assertNotIn(token.secret_hash, page)
            self.assertIn("laptop", page)
        self.assertNotIn(secret, str(LogEntry.objects.values().get()))

    def test_one_may_end(self) -> None:
        self.page("token/add/")
        self.client.post(ADD, self.form(expires_0="2999-01-01", expires_1="00:00:00"))
        self.assertEqual(Token.objects.get().expires, datetime(2999, 1, 1, tzinfo=UTC))

    def test_what_nobody_could_use_is_not_made(self) -> None:
        gone = User.objects.create_user("gone", is_active=False)
        tokens.make(self.admin, "there")
        past = timezone.now() - timedelta(days=1)
        for form, words in (
            ({"user": gone.pk}, "gone is not active"),
            ({"user": ""}, "This field is required"),
            ({"name": " "}, "This field is required"),
            ({"name": "there"}, "already exists"),
            ({"stream": "nosuch"}, "Select a valid choice"),
            ({"expires_0": f"{past:%Y-%m-%d}", "expires_1": "00:00:00"}, "nobody could use the token"),
        ):
            with self.subTest(form):
                self.assertIn(words, self.text(self.client.post(ADD, self.form(**form))))
        self.assertEqual(Token.objects.count(), 1)

    def test_one_is_never_changed_and_can_be_revoked(self) -> None:
        tokens.make(self.admin, "laptop")
        token = Token.objects.get()
        answer = self.client.post(f"/admin/ticks/token/{token.pk}/change/", self.form(name="other"))
        self.assertEqual((answer.status_code, Token.objects.get().name), (403, "laptop"))
        self.client.post(f"/admin/ticks/token/{token.pk}/delete/", {"post": "yes"})
        self.assertFalse(Token.objects.exists())

    def test_a_token_opens_no_admin(self) -> None:
        secret = tokens.make(self.admin, "laptop")
        self.client.logout()
        answer = self.client.get("/admin/", headers={"Authorization": f"Token {secret}"})
        self.assertEqual(answer.status_code, 302)
