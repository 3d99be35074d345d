from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from tests.api.cases import ApiCase
from ticks.access import tokens
from ticks.models import Token


class RightsTest(ApiCase):
    URL = "/api/subscribers/"

    def test_staff_alone_may_see_who_is_connected(self) -> None:
        for client, status in ((Client(), 401), (self.signed_in(), 403), (self.signed_in(is_staff=True), 200)):
            self.get(self.URL, client, status)
            self.get(f"{self.URL}abc/", client, 404 if status == 200 else status)
            self.assertEqual(client.delete(f"{self.URL}abc/").status_code, 404 if status == 200 else status)

    def test_a_session_needs_its_form_token_to_end_a_connection(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_user("staff", is_staff=True))
        self.assertEqual(client.delete(f"{self.URL}abc/").status_code, 403)

    def test_nobody_connected_is_an_empty_list_that_can_be_browsed(self) -> None:
        staff = self.signed_in(is_staff=True)
        empty = {"next": None, "count": 0, "silent": [], "detail": None, "subscribers": []}
        self.assertEqual(self.get(self.URL, staff), empty)
        answer = staff.get(self.URL, HTTP_ACCEPT="text/html")
        self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "text/html; charset=utf-8"))

    def test_while_redis_is_away_the_answer_says_so(self) -> None:
        self.use("unix:///nowhere/valkey.sock")
        self.assertIn("Redis is away", self.get(self.URL, self.signed_in(is_staff=True))["detail"])

    def test_a_wrong_parameter_is_named_with_what_is_allowed(self) -> None:
        staff = self.signed_in(is_staff=True)
        for query, detail in (
            ("limit=0", "limit='0' is not a whole number from 1 to 1000"),
            ("user=x", "unknown parameter 'user': allowed are stream, after, limit, format"),
        ):
            self.assertEqual(self.get(f"{self.URL}?{query}", staff, 400)["detail"], detail)


class TokenTest(ApiCase):
    def status(self, path: str, secret: str) -> int:
        return Client().get(path, headers={"Authorization": f"Token {secret}"}).status_code

    def test_a_token_has_the_rights_of_its_user_and_a_wrong_one_is_refused(self) -> None:
        staff, guest = (User.objects.create_user(name, is_staff=name == "staff") for name in ("staff", "guest"))
        for secret, statuses in (
            (tokens.make(staff, "script"), (200, 200, 200)),
            (tokens.make(staff, "narrow", stream="private"), (200, 200, 403)),
            (tokens.make(staff, "public", stream="main"), (200, 404, 403)),
            (tokens.make(guest, "script"), (200, 404, 403)),
            ("tm_wrong", (401, 401, 401)),
        ):
            paths = ("/api/streams/main/", "/api/streams/private/", "/api/subscribers/")
            self.assertEqual(tuple(self.status(path, secret) for path in paths), statuses)
        self.assertTrue(all(token.used for token in Token.objects.all()))
        answer = Client().get("/api/streams/main/", headers={"Authorization": "Token x"})
        self.assertEqual(answer["WWW-Authenticate"], "Token")
