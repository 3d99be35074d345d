from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from unittest import TestCase

from ticks.api.rendering.answer import raw
from ticks.api.rendering.pretty import html, laid_out

TAG = re.compile(r"<[^>]*>")


def read_back(page: str) -> Any:
    return json.loads(unescape(TAG.sub("", page)))


class LaidOutTest(TestCase):
    def test_every_record_has_a_line_of_its_own_as_it_is_stored(self) -> None:
        first, second = '{"t":1,"x":[1,{"a":2}]}', '{"t":2,"x":1.50}'
        self.assertEqual(
            laid_out({"next": None, "gaps": [], "ticks": raw([first.encode(), second.encode()])}).splitlines(),
            ["{", '  "next": null,', '  "gaps": [],', '  "ticks": [', f"    {first},", f"    {second}", "  ]", "}"],
        )

    def test_a_record_alone_is_opened_up(self) -> None:
        stored = b'{"t":1,"x":{"y":123456789012345678901234567890}}'
        shown = laid_out(raw([stored])[0])
        self.assertEqual(shown, '{\n  "t": 1,\n  "x": {\n    "y": 123456789012345678901234567890\n  }\n}')

    def test_arrays_of_plain_values_stay_on_one_line(self) -> None:
        self.assertEqual(laid_out({"a": {"min": [1, None, 2.5]}}), '{\n  "a": {\n    "min": [1,null,2.5]\n  }\n}')

    def test_what_is_shown_is_what_was_given(self) -> None:
        for data in ({}, [], None, [[]], [{"a": []}], {"a": {"b": {"c": {"d": [{"e": [1, [2]]}]}}}}, "x", [1, "ü"]):
            with self.subTest(data):
                self.assertEqual(json.loads(laid_out(data)), data)
                self.assertEqual(read_back(html(data)), data)


class HtmlTest(TestCase):
    def test_nothing_of_the_data_becomes_markup(self) -> None:
        data = {
            "</script><script>alert(1)</script>": "<img src=x onerror=alert(1)>",
            "quotes": "\"'&amp;`",
            "url": 'https://a.example/"onmouseover="alert(1)',
            "other": "https://a.example/'><b>",
        }
        page = html(data)
        self.assertEqual(TAG.findall(page), [])
        self.assertEqual(read_back(page), data)

    def test_whole_strings_that_are_http_addresses_are_links(self) -> None:
        url = "https://a.example/p?x=1&y=%22#z"
        page = html({"a": url, "b": ["http://b.example/"], "c": f"see {url}"})
        self.assertEqual(re.findall(r'href="([^"]*)"', page), [url.replace("&", "&amp;"), "http://b.example/"])

    def test_no_other_address_is_a_link(self) -> None:
        for url in ("javascript:alert(1)", "data:text/html,x", "JAVASCRIPT://x", "//a.example", "https://", "ftp://a"):
            with self.subTest(url):
                self.assertNotIn("<a", html({"a": url, "b": [url]}))

    def test_a_record_of_a_megabyte_is_shown_whole(self) -> None:
        for text in ('"<&' * 350_000, "https://" + "&" * 1_000_000, '"https://' * 110_000):
            page = html({"ticks": [{"t": 1, "text": text}]})
            self.assertNotIn("<&", page)
            self.assertEqual(read_back(page)["ticks"][0]["text"], text)
