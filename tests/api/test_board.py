"""A user's own board of a stream: kept, given back and forgotten, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.api.cases import ApiCase
from ticks.access import tokens
from ticks.models import Board, Stream

URL = "/api/streams/main/board/"
EMPTY: dict[str, Any] = {"pinned": [], "hidden": [], "order": []}
OWN = {"pinned": ["cpu.percent"], "hidden": ["Größe.\u2028", "a" * 400], "order": [f"disk.{at}" for at in range(500)]}


class BoardCase(ApiCase):
    def put(self, client: Client, body: Any, url: str = URL, status: int = 200, **headers: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        answer = client.put(url, text, content_type="application/json", headers=headers)
        self.assertEqual(answer.status_code, status, answer.content)
        return answer.json()


class OwnTest(BoardCase):
    def test_what_was_put_is_given_back_until_it_is_forgotten(self) -> None:
        client = self.signed_in()
        self.assertEqual(self.get(URL, client), EMPTY)
        self.assertEqual(self.put(client, OWN), OWN)
        self.assertEqual(self.get(URL, client), OWN)
        self.put(client, EMPTY | {"hidden": ["x"]})
        self.assertEqual(self.get(URL, client), EMPTY | {"hidden": ["x"]})
        for _ in range(2):
            self.assertEqual(client.delete(URL).status_code, 204)
        self.assertEqual(self.get(URL, client), EMPTY)

    def test_each_user_has_one_of_each_stream(self) -> None:
        staff, other = self.signed_in(is_staff=True), self.signed_in(is_staff=True)
        private = "/api/streams/private/board/"
        self.put(staff, EMPTY | {"pinned": ["a"]})
        self.put(staff, EMPTY | {"pinned": ["b"]}, private)
        self.put(other, EMPTY | {"pinned": ["c"]})
        other.delete(private)
        found = [self.get(url, client)["pinned"] for client in (staff, other) for url in (URL, private)]
        self.assertEqual(found, [["a"], ["b"], ["c"], []])

    def test_session_and_token_of_a_user_have_the_same(self) -> None:
        user = User.objects.create_user("somebody")
        session, script = Client(), Client(headers={"Authorization": f"Token {tokens.make(user, 'script')}"})
        session.force_login(user)
        self.put(script, OWN)
        self.assertEqual(self.get(URL, session), OWN)

    def test_it_goes_with_its_user_and_with_its_stream(self) -> None:
        for gone in (User, Stream):
            client = self.signed_in()
            self.put(client, OWN)
            gone.objects.all().delete()
            self.assertFalse(Board.objects.exists())


class RightsTest(BoardCase):
    def test_without_signing_in_there_is_none_of_any_stream(self) -> None:
        said = "A board is its user's own: sign in, or show a token."
        for name in ("main", "private", "nosuch"):
            url = f"/api/streams/{name}/board/"
            self.assertEqual(self.get(url, status=401)["detail"], said)
            self.assertEqual(self.put(self.client, OWN, url, 401)["detail"], said)
            self.assertEqual(self.client.delete(url).status_code, 401)

    def test_of_a_stream_that_one_may_not_read_none_can_be_kept(self) -> None:
        self.put(self.signed_in(), OWN, "/api/streams/private/board/", 404)
        self.assertFalse(Board.objects.exists())

    def test_a_session_needs_its_form_token_to_change_it(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_user("somebody"))
        self.put(client, OWN, status=403)
        self.assertEqual(client.delete(URL).status_code, 403)
        client.get("/login/")
        self.put(client, OWN, **{"X-CSRFToken": client.cookies["csrftoken"].value})

    def test_what_is_meant_for_another_user_than_who_is_signed_in_is_refused(self) -> None:
        client = Client()
        client.force_login(User.objects.create_user("bob ö"))
        for meant in ("ada", "bob", "", "bob%20%FF"):
            detail = self.put(client, OWN, status=409, **{"X-Board-User": meant})["detail"]
            said = f"X-Board-User={meant!r} is not who is signed in, 'bob ö': nothing was kept. Load the page anew."
            self.assertEqual(detail, said)
        self.assertFalse(Board.objects.exists())
        self.put(client, OWN, **{"X-Board-User": "bob%20%C3%B6"})
        self.assertEqual(Board.objects.get().user.get_username(), "bob ö")

    def test_no_page_of_another_origin_is_let_in_though_the_stream_is_public(self) -> None:
        client = self.signed_in()
        answers = [
            client.get(URL, headers={"Origin": "https://evil.example"}),
            client.get(f"{URL}?x=1"),
            client.options(URL),
        ]
        for answer in (*answers, self.client.get(URL)):
            self.assertEqual([name for name in answer.headers if name.startswith("Access-Control")], [])


class WrongTest(BoardCase):
    def test_what_is_wrong_is_named_with_what_is_allowed(self) -> None:
        lists = "a board has the lists pinned, hidden, order, and nothing else"
        text = "is not a text of 1 to 400 characters, none of them NUL"
        client = self.signed_in()
        for body, detail in (
            ([], f"{lists}: this is no object"),
            ({"pinned": [], "order": []}, f"hidden is missing: {lists}"),
            (EMPTY | {"zoom": 2}, f"unknown 'zoom': {lists}"),
            (EMPTY | {"pinned": "cpu"}, "pinned is not a list of paths"),
            (EMPTY | {"order": [f"{at}" for at in range(501)]}, "order has 501 paths: at most 500 are allowed"),
            (EMPTY | {"hidden": ["a", ""]}, f"hidden[1] {text}"),
            (EMPTY | {"hidden": ["a" * 401]}, f"hidden[0] {text}"),
            (EMPTY | {"hidden": ["a\0"]}, f"hidden[0] {text}"),
            (EMPTY | {"hidden": [1]}, f"hidden[0] {text}"),
            (EMPTY | {"hidden": [["a"]]}, f"hidden[0] {text}"),
            (EMPTY | {"pinned": ["a", "b", "a"]}, "pinned has 'a' twice"),
        ):
            self.assertEqual(self.put(client, body, status=400)["detail"], detail)
        for body in ("", "{", "[" * 100_000, '{"pinned": ["\\ud800"], "hidden": [], "order": []}', '{"pinned": NaN}'):
            detail = self.put(client, body, status=400)["detail"]
            self.assertRegex(detail, "^(The body is not JSON: .+|pinned is missing: .+)$")
        self.assertFalse(Board.objects.exists())

    def test_another_form_than_json_is_refused(self) -> None:
        answer = self.signed_in().put(URL, "pinned=a", content_type="application/x-www-form-urlencoded")
        self.assertEqual(answer.status_code, 415)
        self.assertIn("application/x-www-form-urlencoded", answer.json()["detail"])

    def test_a_parameter_is_refused(self) -> None:
        detail = self.get(f"{URL}?user=2", self.signed_in(), 400)["detail"]
        self.assertEqual(detail, "unknown parameter 'user': allowed are format")
