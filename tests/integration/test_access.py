"""Who may connect and who is connected, over two web workers with a port each."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing
from http.client import HTTPResponse
from typing import Any, cast

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.integration.cases import ProcessCase
from tests.support.processes import Processes, manage
from tests.support.together import together
from tests.support.waiting import until

PEOPLE = """
from django.contrib.auth.models import User
from django.test import Client
from ticks.access import tokens
for name in ("staff", "other"):
    user = User.objects.create_user(name, password="secret", is_staff=True)
    client = Client()
    client.force_login(user)
    print(client.cookies["sessionid"].value, tokens.make(user, f"of-{name}"))
"""
LINK = """
from django.contrib.auth.models import User
from ticks.access import kiosk
print(kiosk.signed(kiosk.make("main", User.objects.get(username="other"), 1)))
"""
HEARTBEAT_S = 0.5


class AccessCase(ProcessCase):
    """`self.here` and `self.there` are the workers; `staff` and `other` are people, each with a session and a token."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.processes
        self.there = Processes(self.home, self.valkey.url)
        self.addCleanup(self.there.end)
        lines = manage(self.home, self.valkey.url, "shell", "-v", "0", "-c", PEOPLE).split("\n")
        (self.session, self.token), (self.other_session, self.other_token) = (line.split() for line in lines[:2])

    def start(self, **env: str) -> None:
        env = {"TICKS_HEARTBEAT_S": str(HEARTBEAT_S), **env}
        self.workers = [processes.web(**env) for processes in (self.here, self.there)]

    def connect(self, to: Processes, query: str = "", **headers: str) -> ClientConnection:
        """One that has been let in, or was told why not."""
        opening = connect(
            f"{to.socket_url}?{query}",
            subprotocols=["ticks.v1"],  # type: ignore[list-item]
            additional_headers=headers,
            open_timeout=60,
        )
        return self.enterContext(opening)

    def let_in(self, to: Processes, query: str = "", **headers: str) -> ClientConnection:
        opened = self.connect(to, query, **headers)
        self.assertEqual(json.loads(opened.recv(60))["type"], "hello")
        return opened

    def ended(self, opened: ClientConnection) -> tuple[int, str]:
        """The close code, and the detail of the error before it."""
        detail = ""
        try:
            while True:
                message = json.loads(opened.recv(60))
                detail = message.get("detail", detail)
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else 1006), detail

    def api(self, at: Processes, path: str = "", method: str = "GET", **headers: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Token {self.token}", **headers}
        request = urllib.request.Request(f"{at.url}/api/subscribers/{path}", method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                body = answer.read()
                return answer.status, json.loads(body) if body else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def change(self, statement: str) -> None:
        with closing(sqlite3.connect(self.home / "db.sqlite3", timeout=60)) as database, database:
            database.execute(statement)


class AgainTest(AccessCase):
    def assert_put_out(self, opened: ClientConnection, code: int, words: str) -> None:
        began = time.monotonic()
        found = self.ended(opened)
        self.assertEqual(found[0], code, found)
        self.assertIn(words, found[1])
        self.assertLess(time.monotonic() - began, 20, "one heartbeat, on a machine that is very busy")

    def test_whose_rights_are_gone_is_put_out_within_a_heartbeat_of_any_worker(self) -> None:
        self.start()
        cookie, token = {"Cookie": f"sessionid={self.session}"}, {"Authorization": f"Token {self.token}"}
        other = {"Cookie": f"sessionid={self.other_session}"}
        anonymous = self.let_in(self.here)
        stays = self.let_in(self.there, **token)
        self.change("UPDATE ticks_stream SET public = 0")
        self.assert_put_out(anonymous, 4401, "no longer public")
        signed_in = self.let_in(self.here, **cookie)
        self.change(f"DELETE FROM django_session WHERE session_key = '{self.session}'")
        self.assert_put_out(signed_in, 4401, "signed out")
        password = self.let_in(self.there, **other)
        self.change("UPDATE auth_user SET password = 'another' WHERE username = 'other'")
        self.assert_put_out(password, 4401, "signed out")
        flag = self.let_in(self.there, Authorization=f"Token {self.other_token}")
        self.change("UPDATE auth_user SET is_staff = 0 WHERE username = 'other'")
        self.assert_put_out(flag, 4403, "for staff only now, and other is none")
        manage(self.home, self.valkey.url, "token", "--revoke", "of-staff")
        self.assert_put_out(stays, 4401, "wrong, revoked or expired")
        self.assertEqual(self.ended(self.connect(self.here, **token))[0], 4401)
        for worker in self.workers:
            self.assertNotIn("Traceback", worker.said)

    def test_whose_kiosk_link_is_over_is_put_out_within_a_heartbeat_of_any_worker(self) -> None:
        self.start()
        self.change("UPDATE ticks_stream SET public = 0")
        link = manage(self.home, self.valkey.url, "shell", "-v", "0", "-c", LINK).strip()
        key, _, signature = link.partition(".")
        for change in ("revoked = '2020-01-01'", "revoked = NULL, expires = '2020-01-01'"):
            self.change(f"UPDATE ticks_kiosklink SET revoked = NULL, expires = '2999-01-01' WHERE id = '{key}'")
            inside = [self.let_in(self.here, f"link={link}"), self.let_in(self.there, Authorization=f"Link {link}")]
            lines = self.lines(link)
            status, found = self.api(self.here)
            self.assertEqual((status, [row["link"] for row in found["subscribers"]]), (200, [key] * 3))
            self.change(f"UPDATE ticks_kiosklink SET {change} WHERE id = '{key}'")
            for opened in inside:
                self.assert_put_out(opened, 4401, "this link is wrong, expired or revoked")
            self.assertIn(b"this link is wrong, expired or revoked", lines.read())
            self.assertEqual(self.ended(self.connect(self.there, f"link={link}"))[0], 4401)
        for worker in self.workers:
            self.assertNotIn(signature, worker.said)

    def lines(self, link: str) -> HTTPResponse:
        """An answer of `/stream`, begun."""
        answer = urllib.request.urlopen(f"{self.there.url}/stream?from_t=-1&link={link}", timeout=60)
        return cast(HTTPResponse, self.enterContext(answer))


@together
class CountTest(AccessCase):
    def count(self, to: Processes, most: int) -> int:
        """How many are let in before one is refused."""
        for number in range(most + 1):
            opened = self.connect(to)
            if json.loads(opened.recv(60))["type"] == "error":
                return number
        return most + 1

    def test_workers_count_together_and_one_that_is_killed_is_forgotten(self) -> None:
        self.start(TICKS_MAX_PER_IP="3")
        kept = [self.let_in(self.here), self.let_in(self.there)]
        self.assertEqual(self.count(self.there, 3), 1)
        self.assertEqual(self.count(self.here, 3), 0)
        until(lambda: self.api(self.here)[1]["count"] == 3, "three are in")
        self.workers[1].kill()
        until(lambda: self.api(self.here)[1]["count"] == 1, "those of the killed one are gone")
        self.assertEqual(self.api(self.here)[1]["silent"], [])
        self.there.web(TICKS_MAX_PER_IP="3")
        self.assertEqual(self.count(self.there, 3), 2)
        kept[0].close()

    def test_redis_may_be_killed_and_come_back(self) -> None:
        self.start(TICKS_MAX_PER_IP="3")
        kept = [self.let_in(self.here), self.let_in(self.there)]
        self.valkey.kill()
        until(lambda: all("Redis is away" in worker.said for worker in self.workers), "they notice")
        status, found = self.api(self.here)
        self.assertEqual((status, found["count"], "Redis is away" in found["detail"]), (200, 1, True))
        self.assertEqual(self.count(self.here, 3), 2, "what this worker has counts all the same")
        self.valkey.start()
        until(lambda: all("Redis is back" in worker.said for worker in self.workers), "they notice")
        until(lambda: self.api(self.there)[1]["count"] == 4, "both are heard again")
        until(self.is_refused_there, "they count together again, where this worker alone would have room")
        for opened in kept:
            opened.close()

    def is_refused_there(self) -> bool:
        """A worker may find a connection to the old Redis in its pool, and count alone for a moment more."""
        opened = self.connect(self.there)
        refused: bool = json.loads(opened.recv(60))["type"] == "error"
        opened.close()
        until(lambda: self.api(self.there)[1]["count"] == 4, "it is gone again")
        return refused


@together
class SubscribersTest(AccessCase):
    def test_staff_see_the_connections_of_all_workers_and_end_them(self) -> None:
        self.start()
        mine = {"Cookie": f"sessionid={self.session}"}
        opened = [self.let_in(self.here), self.let_in(self.there), self.let_in(self.there, **mine)]
        for at in (self.here, self.there):
            status, found = self.api(at)
            self.assertEqual((status, found["count"], found["silent"], found["next"]), (200, 3, [], None))
            rows = found["subscribers"]
            self.assertEqual([row["user"] for row in rows], [None, None, "staff"])
            self.assertEqual(len({row["worker"] for row in rows}), 2)
            self.assertEqual({(row["transport"], row["stream"], row["address"]) for row in rows},
                             {("websocket", "main", "127.0.0.1")})  # fmt: skip
            self.assertEqual([row["id"] for row in rows], sorted(row["id"] for row in rows))
            self.assertTrue(all(row["bytes_sent"] > 100 for row in rows), rows)
        for row in rows:
            self.assertEqual(row["url"], f"{self.there.url}/api/subscribers/{row['id']}/")
        until(lambda: all(row["round_trip_ms"] for row in self.api(self.here)[1]["subscribers"]), "all were pinged")
        self.assertEqual(self.api(self.here, "?stream=nosuch")[1]["count"], 0)
        status, found = self.api(self.here, "?limit=2")
        self.assertEqual(
            ([row["id"] for row in found["subscribers"]], found["count"]), ([r["id"] for r in rows[:2]], 3)
        )
        query = found["next"].partition("?")[2]
        self.assertEqual([row["id"] for row in self.api(self.there, f"?{query}")[1]["subscribers"]], [rows[2]["id"]])
        for number, one in enumerate(rows):
            self.assertEqual(self.api(self.here, f"{one['id']}/")[1]["id"], one["id"])
            self.assertEqual(self.api(self.here, f"{one['id']}/", "DELETE"), (204, None))
            self.assertEqual(self.ended(opened[number]), (1001, "a member of staff ended this connection"))
            self.assertEqual(self.api(self.there, f"{one['id']}/", "DELETE")[0], 404)
        self.assertEqual(self.api(self.there)[1]["count"], 0)

    def test_a_worker_that_does_not_answer_is_named(self) -> None:
        self.start()
        kept = [self.let_in(self.here), self.let_in(self.there)]
        self.workers[1].process.send_signal(signal.SIGSTOP)
        status, found = self.api(self.here)
        self.assertEqual((status, found["count"]), (200, 1))
        (silent,) = found["silent"]
        self.assertTrue(silent.endswith(f":{self.workers[1].process.pid}"), silent)
        status, found = self.api(self.here, "abc/", "DELETE")
        self.assertEqual((status, silent in found["detail"]), (503, True))
        self.workers[1].process.send_signal(signal.SIGCONT)
        until(lambda: self.api(self.here)[1]["count"] == 2, "it answers again")
        for opened in kept:
            opened.close()
