from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.api.cases import ApiCase
from tests.support.cases import EPOCH
from ticks.archive import index
from ticks.archive.active import ActiveFile
from ticks.models import Stream

URL = "/api/streams/main/ticks/"
NO_PAGES = ("/api/docs/", "/api/schema/", "/api/streams/main/export/", "/api/streams/private/export/")
TAG = re.compile(r"<[^>]*>")


class Inline(HTMLParser):
    """What a content security policy without 'unsafe-inline' keeps from working, as a browser finds it in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


class BrowsableCase(ApiCase):
    def page(self, path: str, client: Client | None = None, status: int = 200) -> str:
        answer = self.answer(path, client, status, accept="text/html")
        self.assertEqual(answer["Content-Type"], "text/html; charset=utf-8")
        text: str = answer.content.decode()
        self.assertEqual(Inline(text).found, [])
        return text

    def keep_ticks(self, *ticks: dict[str, Any]) -> None:
        file = ActiveFile(self.archive / "main" / EPOCH)
        for t, tick in enumerate(ticks, 1):
            file.append(orjson.dumps({"t": t, "ts": 1000.0 + t, **tick}), t)
        file.close()
        index.index_epoch(self.archive, "main", EPOCH)


def links(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]*)"', page)]


def shown(page: str) -> str:
    """The JSON of a page, as one reads it."""
    return unescape(TAG.sub("", page.split('tabindex="0">')[1].split("</pre>")[0]))


class PagesTest(BrowsableCase):
    def test_every_page_leads_on_and_keeps_to_the_content_security_policy(self) -> None:
        self.keep(1, 2, 3)
        staff = self.signed_in(is_staff=True)
        seen, to_see = set[str](), ["/api/"]
        while to_see:
            path = to_see.pop()
            seen.add(path)
            page = self.page(path, staff)
            here = [urlsplit(url) for url in links(page)]
            found = {url.path for url in here if url.path.startswith("/api/") and not url.path.endswith("/download/")}
            to_see += found - seen - {*to_see, *NO_PAGES}
        self.assertLessEqual({"/api/subscribers/", "/api/segments/"}, seen)
        for resource in ("", "fields/", "summary/", "ticks/", "series/"):
            self.assertIn(f"/api/streams/main/{resource}", seen)

    def test_every_record_is_on_a_line_as_it_is_stored(self) -> None:
        self.keep(1, 2)
        json = shown(self.page(URL))
        self.assertIn('\n    {"t":1,"ts":1001.0,"value":1},\n    {"t":2,"ts":1002.0,"value":2}\n', json)
        self.assertEqual(orjson.loads(json), self.get(URL))

    def test_pages_are_turned_and_other_forms_keep_the_query(self) -> None:
        self.keep(1, 2, 3, 4, 5)
        page = self.page(f"{URL}?limit=2&after=1&fields=value")
        (following,) = re.findall(r'rel="next" href="([^"]*)">Next page', page)[:1]
        page = self.page(unescape(following))
        self.assertIn('"t":4', shown(page))
        self.assertIn('rel="prev"', page)
        for form, head in (("json", b"{"), ("csv", b"t,ts,value"), ("jsonl", b'{"t":4')):
            (url,) = (url for url in links(page) if url.startswith(URL) and f"format={form}&" in url)
            self.assertTrue(self.client.get(url).content.startswith(head), url)

    def test_the_export_of_the_range_is_linked(self) -> None:
        self.keep(1, 2, 3)
        page = self.page(f"{URL}?limit=1&after=1&order=desc")
        urls = [url for url in links(page) if "/export/" in url]
        self.assertEqual([parse_qs(urlsplit(url).query)["format"] for url in urls], [["jsonl"], ["jsonl.zst"], ["csv"]])
        self.assertEqual({tuple(parse_qs(urlsplit(url).query)) for url in urls}, {("after", "format")})
        self.assertEqual({self.client.head(url).status_code for url in urls}, {200})

    def test_who_may_not_read_a_stream_is_shown_nothing_of_it(self) -> None:
        for name in ("private", "nosuch"):
            page = self.page(f"/api/streams/{name}/ticks/?limit=3", status=401)
            self.assertIn(f"/login/?next=%2Fapi%2Fstreams%2F{name}%2Fticks%2F%3Flimit%3D3", page)
            self.assertNotIn('class="query"', page)
            self.page(f"/api/streams/{name}/", self.signed_in(), status=404)

    def test_one_signs_out_from_every_page(self) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.create_user("somebody"))
        page = self.page("/api/streams/", client)
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
        self.assertEqual(client.post("/logout/").status_code, 403)
        self.assertEqual(client.post("/logout/", {"csrfmiddlewaretoken": token}).status_code, 302)
        self.assertIn("Sign in", self.page("/api/streams/", client))


class FormTest(BrowsableCase):
    def test_every_parameter_has_a_labelled_input_with_its_help_and_value(self) -> None:
        page = self.page(f"{URL}?limit=7&order=desc&fields=a.b")
        names = re.findall(r'<label for="query-(\w+)">(\w+)</label>', page)
        self.assertIn(("limit", "limit"), names)
        for name, _ in names:
            self.assertRegex(
                page, rf'<(input|select) id="query-{name}" name="{name}"[^>]* aria-describedby="help-{name}"'
            )
            self.assertRegex(page, rf'id="help-{name}"><p>.+</p>')
        self.assertIn('name="limit" type="text" value="7"', page)
        self.assertIn('name="fields" type="text" value="a.b"', page)
        self.assertIn('<option value="desc" selected>', page)

    def test_a_form_that_is_sent_with_empty_inputs_asks_for_what_it_says(self) -> None:
        self.keep(1, 2, 3)
        names = re.findall(r'id="query-(\w+)"', self.page(URL))
        query = "&".join(f"{name}={'2' if name == 'limit' else ''}" for name in names)
        self.assertEqual([tick["t"] for tick in self.get(f"{URL}?{query}")["ticks"]], [1, 2])

    def test_after_a_wrong_value_the_form_is_there_with_the_error(self) -> None:
        for query, name, value in (("limit=0&order=desc", "limit", "0"), ("from_ts=noon", "from_ts", "noon")):
            page = self.page(f"{URL}?{query}", status=400)
            self.assertIn(f'role="alert">{name}=&#x27;{value}&#x27; is not', page)
            self.assertRegex(page, rf'name="{name}"[^>]* value="{value}"[^>]* aria-invalid="true"')
            self.assertEqual(page.count("aria-invalid"), 1)
        self.assertRegex(
            self.page(f"{URL}?order=x", status=400),
            r'name="order"[^>]*aria-invalid="true">\s*<option value="x" selected>',
        )

    def test_what_is_asked_for_does_not_become_markup(self) -> None:
        evil = '"><script>alert(1)</script>'
        for name in ("limit", "fields", "order", "cursor"):
            page = self.answer(f"{URL}?{name}={evil}", status=200 if name == "fields" else 400, accept="text/html")
            self.assertNotIn(evil, page.content.decode())


class EscapingTest(BrowsableCase):
    def test_nothing_of_a_tick_or_of_a_field_becomes_markup(self) -> None:
        evil = {"</script><img src=x onerror=alert(1)>": 1, "note": "</pre><script>alert(1)</script>", "q": "\"'&<"}
        self.keep_ticks(evil, {**evil, "url": "javascript:alert(1)", "home": "https://example.org/?a=1&b='"})
        Stream.objects.filter(name="main").update(description="<b>", fields={"q": {"unit": "<i>"}})
        for path in ("ticks/", "ticks/1/", "fields/", "summary/", "series/?from_ts=900&to_ts=1100", ""):
            page = self.page(f"/api/streams/main/{path}")
            for markup in ("<img src=x", "<script>", "</pre><", "<b>", "<i>", 'href="javascript'):
                self.assertNotIn(markup, page.replace("<b>1</b>", ""))
        self.assertEqual(orjson.loads(shown(self.page(URL)))["ticks"], self.get(URL)["ticks"])

    def test_a_record_of_a_megabyte_is_shown_whole(self) -> None:
        text = "<\"&'" * 260_000
        self.keep_ticks({"text": text})
        page = self.answer(URL, accept="text/html").content.decode()
        self.assertNotIn('<"', page)
        self.assertEqual(orjson.loads(shown(page))["ticks"][0]["text"], text)


class ChartTest(BrowsableCase):
    def test_a_page_of_ticks_has_the_first_four_numbers_or_those_that_are_asked_for(self) -> None:
        Stream.objects.filter(name="main").update(fields={"a": {"unit": "%"}})
        self.keep_ticks(*({"a": i, "b": i, "c": i, "d": i, "e": {"f": i}} for i in range(5)))
        for query, names in (("", ["a (%)", "b", "c", "d"]), ("?fields=e.f,b", ["b", "e.f"]), ("?fields=none", [])):
            page = self.page(URL + query)
            self.assertEqual(re.findall(r'<span class="chart-name[^>]*>([^<]*)<', page), names)
            self.assertEqual(page.count('role="img"'), len(names))

    def test_it_runs_with_the_time_in_either_order(self) -> None:
        self.keep(1, 2, 3)
        drawings = [
            re.findall(r"<svg.*?</svg>", self.page(f"{URL}?order={order}"), re.DOTALL) for order in ("asc", "desc")
        ]
        self.assertEqual(drawings[0], drawings[1])
        self.assertIn("least 1, largest 3, from 1970-01-01 00:16:41 to 00:16:43 UTC, no hole", drawings[0][0])

    def test_a_page_of_series_has_a_band_and_a_line_a_field(self) -> None:
        self.keep(*range(1, 101))
        page = self.page("/api/streams/main/series/?from_ts=1000&to_ts=1110&points=10&fields=value,nosuch")
        self.assertEqual(page.count('class="chart-band" d="M'), 1)
        self.assertIn("least 1, largest 100, from 1970-01-01 00:16:40 to", page)


class SubscriberTest(BrowsableCase):
    def test_only_what_can_be_deleted_has_a_button_for_it(self) -> None:
        staff = self.signed_in(is_staff=True)
        self.assertNotIn('data-method="DELETE"', self.page("/api/subscribers/", staff))
        self.assertNotIn('data-method="DELETE"', self.page(URL, staff))


class DocsTest(ApiCase):
    def test_the_description_is_for_everybody_in_json_and_yaml(self) -> None:
        info = self.get("/api/schema/")["info"]
        self.assertEqual(info["title"], "Tick Monitor")
        self.assertIn(f"## {info['version']} ", (settings.BASE_DIR / "CHANGELOG.md").read_text()[:40])
        self.assertEqual(self.answer("/api/schema/", accept="text/html,*/*;q=0.8")["Content-Type"], "application/json")
        schemes = self.get("/api/schema/")["components"]["securitySchemes"]
        self.assertEqual(sorted(schemes), ["cookieAuth", "token"])
        self.assertTrue(self.answer("/api/schema/?format=yaml").content.startswith(b"openapi: 3."))
        self.assertEqual(self.get("/api/")["schema"], "http://testserver/api/schema/")

    def test_the_page_that_shows_it_has_nothing_inline_and_nothing_from_elsewhere(self) -> None:
        page = self.answer("/api/docs/", accept="text/html").content.decode()
        self.assertEqual(Inline(page).found, [])
        urls = re.findall(r'(?:src|href)="([^"]*)"', page)
        self.assertEqual([url for url in urls if not url.startswith(("/", "#"))], [])
        (script,) = (unescape(url) for url in urls if "script" in url and "/docs/" in url)
        self.assertEqual(self.answer(script, accept="*/*")["Content-Type"], "application/javascript")
