from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from html import unescape
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.support.cases import ValkeyCase
from ticks.access import tokens
from ticks.api import base
from ticks.links import make_link
from ticks.models import Board, Field, SignInLink, Stream
from ticks.producer import TickWriter


class PageCase(ValkeyCase):
    def setUp(self) -> None:
        super().setUp()
        base._client.cache_clear()
        self.addCleanup(base._client.cache_clear)
        self.staff = User.objects.create_user("staff", password="a long password", is_staff=True)
        self.guest = User.objects.create_user("guest")
        Stream.objects.set_visibility("main", False)
        Stream.objects.set_visibility("open", True)

    def as_user(self, user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client


def programs_of(html: str) -> dict[str, str]:
    """The programs on the sign-in page, by their headings."""
    found = re.findall(r"<h3>(.+?)</h3>\s*<pre[^>]*><code>(.*?)</code>", html, re.DOTALL)
    return {name: unescape(re.sub(r"<[^>]+>", "", code)).strip() for name, code in found}


class DashboardTest(PageCase):
    def test_who_sees_which_page(self) -> None:
        sign_in = "/login/?next={}"
        for path, anonymous, guest, staff in (
            ("/", sign_in, 403, 200),
            ("/s/main/", sign_in, 403, 200),
            ("/s/open/", 200, 200, 200),
            ("/s/nosuch/", sign_in, 403, 404),
            ("/streams/", 200, 200, 200),
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
        with TickWriter("main") as writer:
            writer.write({"cpu": {"percent": 1.5}, "mood": "calm"})
        page = self.page("/")
        self.assertEqual((page["stream"], page["ws"], page["window_s"]), ("main", "/ws/stream", 300))
        self.assertEqual(page["api"], "/api/streams/main/")
        self.assertEqual(page["fields"]["cpu.percent"]["label"], "CPU")
        self.assertEqual({one["path"]: one["type"] for one in page["known"]}, {"cpu.percent": "number", "mood": "text"})
        self.assertEqual(page["latest"]["cpu"], {"percent": 1.5})

    def test_the_page_carries_its_users_board_and_nobody_elses(self) -> None:
        Board.objects.create(user=self.staff, stream_id="open", pinned=["a"], hidden=["b"], order=[])
        self.assertEqual(self.page("/s/open/")["board"], {"pinned": ["a"], "hidden": ["b"], "order": []})
        self.assertEqual(self.page("/s/open/", self.guest)["board"], {"pinned": [], "hidden": [], "order": []})
        self.assertIsNone(self.page("/s/open/", None)["board"])

    def test_the_page_asks_itself_for_the_ticks_that_its_script_will_show_first(self) -> None:
        with TickWriter("main") as writer:
            writer.write({"cpu": {"percent": 1.5}})
        first = self.page("/")["first"]
        self.assertEqual(self.as_user(self.staff).get(first["url"]).json()["ticks"][0]["cpu"], {"percent": 1.5})
        html = self.as_user(self.staff).get("/").content.decode()
        self.assertRegex(html, r'<link rel="preload" as="fetch" crossorigin="anonymous" href="/api/streams/main/ticks/')
        for query in ("from=2026-01-01", "last=60"):
            self.assertIsNone(self.page(f"/?{query}")["first"])
            self.assertNotIn('rel="preload"', self.as_user(self.staff).get(f"/?{query}").content.decode())

    def test_the_page_is_there_while_redis_is_not(self) -> None:
        self.use("redis://127.0.0.1:1")
        self.assertEqual((self.page("/")["known"], self.page("/")["latest"]), ([], None))

    def test_the_page_waits_for_a_frozen_redis_no_longer_than_half_a_second_or_so(self) -> None:
        Field.objects.create(stream="main", path="load", kind=Field.Kind.NUMBER, first_ts=1.0, last_ts=1.0)
        self.valkey.freeze()
        self.addCleanup(self.valkey.thaw)
        began = time.monotonic()
        page = self.page("/")
        self.assertLess(time.monotonic() - began, 3, "with time-outs of 5 s it were 10 and more")
        self.assertEqual((page["known"], page["latest"]), ([{"path": "load", "type": "number"}], None))

    def page(self, path: str, *user: User | None) -> dict[str, Any]:
        """What the script is given; of a member of staff, unless of somebody else."""
        html = self.as_user(user[0] if user else self.staff).get(path).content.decode()
        found = re.search(r'<script id="page" type="application/json">(.*?)</script>', html)
        assert found
        page: dict[str, Any] = json.loads(found[1])
        return page

    def test_every_page_has_a_strict_content_security_policy_and_keeps_to_it(self) -> None:
        for path in ("/", "/streams/", "/login/", "/link/nosuch/", "/s/nosuch/", "/admin/"):
            answer = self.as_user(self.staff).get(path)
            policy = answer["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            html = answer.content.decode()
            self.assertNotRegex(html, r"<script(?![^>]*(\bsrc=|application/json))")
            self.assertNotRegex(html, r"\son[a-z]+=")


class HeadTest(PageCase):
    def test_what_a_program_reads_stands_before_it(self) -> None:
        scripts = re.compile(r'<script (?:id="(\w+)"|[^>]*src="[^"]*/([\w.]+\.js)")')
        html = self.as_user(self.staff).get("/", headers={"accept-language": "zh-hans"}).content.decode()
        found = ["".join(names) for names in scripts.findall(html)]
        self.assertEqual(found, ["texts", "theme.js", "page", "uPlot.iife.min.js", "dashboard.js"])

    def test_all_that_a_program_imports_is_asked_for_with_it(self) -> None:
        for path, needed in (
            ("/s/open/", "board/board.js"),
            ("/streams/", "streams/list.js"),
            ("/login/", "streams/card.js"),
        ):
            html = Client().get(path).content.decode()
            self.assertIn(f'<link rel="modulepreload" href="/static/ticks/{needed}">', html)


class CachingTest(PageCase):
    def test_no_page_or_answer_for_who_says_who_they_are_is_kept_by_the_browser(self) -> None:
        script = Client(headers={"Authorization": f"Token {tokens.make(self.staff, 'script')}"})
        for path in ("/", "/s/main/", "/s/nosuch/", "/streams/", "/api/", "/api/streams/main/", "/api/streams/nosuch/"):
            self.assertEqual(self.as_user(self.staff).get(path)["Cache-Control"], "private, no-store", path)
        self.assertEqual(script.get("/api/streams/main/")["Cache-Control"], "private, no-store")

    def test_what_anybody_may_have_stays_as_it_was_and_so_does_what_an_answer_says_itself(self) -> None:
        for path in ("/s/open/", "/streams/", "/api/streams/open/"):
            self.assertNotIn("Cache-Control", Client().get(path).headers, path)
        answer = self.as_user(self.staff).get("/api/streams/main/export/?format=csv")
        self.assertEqual(answer["Cache-Control"], "no-store")
        answer.close()


class StreamsTest(PageCase):
    def listed(self, user: User | None) -> list[str]:
        html = self.as_user(user).get("/streams/").content.decode()
        return re.findall(r'href="/s/([^"]+)/"', html)

    def test_the_page_lists_what_one_may_read(self) -> None:
        self.assertEqual(self.listed(self.staff), ["main", "open"])
        self.assertEqual(self.listed(self.guest), ["open"])
        self.assertEqual(self.listed(None), ["open"])

    def test_without_any_public_stream_a_visitor_is_asked_to_sign_in_and_comes_back(self) -> None:
        Stream.objects.set_visibility("open", False)
        self.assertRedirects(Client().get("/streams/"), "/login/?next=/streams/", fetch_redirect_response=False)
        html = self.as_user(self.guest).get("/streams/").content.decode()
        self.assertRegex(html, r'<section id="none" class="panel none">\s+<h2>There is no stream for you to see')
        self.assertIn("python manage.py runproducer --public", html)

    def test_without_any_stream_staff_is_told_the_command_that_makes_one(self) -> None:
        Stream.objects.all().delete()
        html = self.as_user(self.staff).get("/streams/").content.decode()
        self.assertRegex(html, r'<section id="none" class="panel none">\s+<h2>There is no stream yet')
        self.assertIn("<code>python manage.py runproducer</code>", html)

    def test_a_filter_is_there_from_the_ninth_stream_on(self) -> None:
        for count, hidden in ((8, True), (9, False)):
            for at in range(Stream.objects.count(), count):
                Stream.objects.set_visibility(f"rig-{at}", False)
            html = self.as_user(self.staff).get("/streams/").content.decode()
            self.assertEqual('class="filter" hidden' in html, hidden, count)

    def test_a_description_is_text(self) -> None:
        Stream.objects.filter(name="open").update(description='<img src=x onerror=alert(1)>"')
        for path in ("/streams/", "/login/"):
            self.assertNotIn("<img src=x", Client().get(path).content.decode())


class ErrorPagesTest(PageCase):
    def test_each_keeps_the_look_and_says_what_to_do_next(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        for answer, status, then in (
            (self.as_user(self.guest).get("/"), 403, "/streams/"),
            (self.as_user(self.staff).get("/nosuch/"), 404, "/streams/"),
            (strict.post("/login/", {"username": "staff"}), 403, "/login/"),
        ):
            html = answer.content.decode()
            with self.subTest(html=html):
                self.assertEqual(answer.status_code, status)
                self.assertIn("ticks/sheets/pages.css", html)
                self.assertRegex(html, f'<a class="button" href="{then}')

    def test_a_page_that_names_no_icon_gets_one(self) -> None:
        self.assertRedirects(Client().get("/favicon.ico"), "/static/ticks/favicon.svg", fetch_redirect_response=False)


class SignInTest(PageCase):
    def test_the_sign_in_page_lists_the_public_streams_only(self) -> None:
        html = Client().get("/login/").content.decode()
        self.assertIn("/s/open/", html)
        self.assertNotIn("/s/main/", html)

    def test_its_programs_name_this_server_as_it_was_asked_and_the_first_public_stream(self) -> None:
        Stream.objects.set_visibility("rig", True)
        for headers, site, socket in (
            ({"host": "localhost:9000"}, "http://localhost:9000", "ws://localhost:9000"),
            ({"host": "localhost", "x-forwarded-proto": "https"}, "https://localhost", "wss://localhost"),
        ):
            proxied = ("HTTP_X_FORWARDED_PROTO", "https")
            with self.settings(SECURE_PROXY_SSL_HEADER=proxied):
                programs = programs_of(Client().get("/login/", headers=headers).content.decode())
            self.assertIn(f'new WebSocket("{socket}/ws/stream?stream=open")', programs["Browser"])
            self.assertIn(f'urlopen("{site}/stream?stream=open")', programs["Python"])
            self.assertEqual(programs["curl"], f'curl -sN "{site}/stream?stream=open"')
            compile(programs["Python"], "program", "exec")

    def test_without_a_public_stream_it_says_how_one_is_made_and_what_a_token_is_for(self) -> None:
        Stream.objects.set_visibility("open", False)
        html = Client().get("/login/").content.decode()
        self.assertIn("python manage.py runproducer --public", html)
        self.assertIn("python manage.py token USERNAME", html)
        self.assertIn("Authorization: Token", html)
        self.assertEqual((programs_of(html), html.count("<script type")), ({}, 0))

    def test_the_command_for_a_link_names_this_server_where_it_is_not_the_usual_one(self) -> None:
        with self.settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), ALLOWED_HOSTS=["*"]):
            for headers, url in (
                ({"host": "127.0.0.1:8000"}, ""),
                ({"host": "127.0.0.1:8123"}, " --url http://127.0.0.1:8123"),
                ({"host": "127.0.0.1:8000", "x-forwarded-proto": "https"}, " --url https://127.0.0.1:8000"),
                ({"host": "[::1]:8000"}, " --url 'http://[::1]:8000'"),
            ):
                for path in ("/login/", "/link/nosuch/"):
                    html = unescape(Client().get(path, headers=headers).content.decode())
                    self.assertIn(f"<code>python manage.py loginlink{url}</code>", html)

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
