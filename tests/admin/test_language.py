"""The admin in the reader's language: no English word is left on a Chinese page but names."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from tests.admin.cases import AdminCase, segment
from ticks.access import kiosk, tokens
from ticks.links import make_link
from ticks.models import Board, KioskLink, Segment, Token

CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
NAMES = re.compile(
    r"Tick Monitor|TICKS_\w+|\b[Tt]ick\b|\b(API|JSON|UNIX|UTC|[KM]B|ID)\b"
    r"|\b(main|admin|0mwpx6cq0aaaa|[0-9a-f]{16})\b|\S+\.jsonl\.zst|\btm_[\w-]+|Authorization: Token|500M|10[GX]"
)
"""What is called so in every language: the product, settings, formats, units, and what the tests call their data."""
DJANGOS = re.compile(r"^(Model name|Add link|Change or view list link|Search|Error:.*Tick Monitor)$")
"""Its own, for screen readers and in the title, which it does not have in Chinese."""
WORD = re.compile(r"[A-Za-z]{2,}")
SAID = {"placeholder", "title", "aria-label", "alt"}
SILENT = {"script", "style"}


class Visible(HTMLParser):
    """What a page shows: its text, and what is said by attributes and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        values = dict(attrs)
        shown = SAID | ({"value"} if values.get("type") in ("submit", "button") else set())
        self.said += [value for name, value in attrs if name in shown and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def english(html: str) -> list[str]:
    """Every text of a page that has a word of it."""
    page = Visible()
    page.feed(html)
    texts = [" ".join(text.split()) for text in page.said]
    return [text for text in texts if not DJANGOS.match(text) and WORD.search(NAMES.sub("", text))]


class LanguageTest(AdminCase):
    def setUp(self) -> None:
        super().setUp()
        Segment.objects.bulk_create([segment(1), segment(11), segment(1, "main@60")])
        tokens.make(self.admin, "笔记本")
        self.link = kiosk.make("main", self.admin, 7, "大厅")
        self.ended = kiosk.make("main", self.admin, 7, "旧屏")
        KioskLink.objects.filter(pk=self.ended.pk).update(expires=timezone.now())
        Board.objects.create(user=self.admin, stream_id="main")
        make_link(self.admin)

    def chinese(self, path: str, form: dict[str, Any] | None = None) -> str:
        """What a page, or the answer to a form, says to who reads Chinese."""
        url = f"/admin/{path}"
        ask = self.client.get(url, **CHINESE) if form is None else self.client.post(url, form, follow=True, **CHINESE)
        html = self.text(ask)
        self.assertEqual(english(html), [], path)
        return html

    def test_the_start_page_and_every_list_are_in_chinese(self) -> None:
        self.assertIn("Tick Monitor", self.chinese(""))
        self.chinese("ticks/")
        self.assertIn("归档至", self.chinese("ticks/stream/?q=main"))
        self.assertIn("main@60：main 的汇总", self.chinese("ticks/segment/?stream=main%4060&_facets=True"))
        self.assertIn("admin 的 笔记本", self.chinese(f"auth/user/{self.admin.pk}/delete/"))
        for state in ("valid", "over"):
            self.chinese(f"ticks/kiosklink/?state={state}")
        self.chinese("ticks/token/?stream__name__exact=main")

    def test_every_page_of_one_thing_is_in_chinese(self) -> None:
        self.chinese("ticks/stream/add/")
        self.chinese("ticks/token/add/")
        for model, key in (
            ("stream", "main"),
            ("token", Token.objects.get().pk),
            ("kiosklink", self.link.pk),
            ("segment", Segment.objects.get(stream="main", first_t=1).pk),
        ):
            with self.subTest(model):
                self.chinese(f"ticks/{model}/{key}/change/")
                self.chinese(f"ticks/{model}/{key}/history/")

    def test_what_goes_with_a_thing_is_told_in_chinese_before_it_is_deleted(self) -> None:
        self.assertIn("大厅", self.chinese("ticks/stream/main/delete/"))
        self.chinese(f"ticks/token/{Token.objects.get().pk}/delete/")
        self.chinese(f"ticks/kiosklink/{self.link.pk}/delete/")
        chosen = {"action": "delete_selected", "_selected_action": ["main"]}
        self.assertIn("流", self.chinese("ticks/stream/", chosen))

    def test_what_is_refused_is_refused_in_chinese(self) -> None:
        main, token = "ticks/stream/main/change/", "ticks/token/add/"
        self.assertIn("不是有效的字节数", self.chinese(main, {"keep_bytes": "10X"}))
        self.assertIn("永久保留", self.chinese(main, {"keep_rollups_days": "5"}))
        self.assertIn("9 天", self.chinese(main, {"keep_days": "9", "keep_rollups_days": "5"}))
        self.assertIn("以字母或数字开头", self.chinese("ticks/stream/add/", {"name": "不行"}))
        past = {"expires_0": "2001-01-01", "expires_1": "00:00:00"}
        self.assertIn("没有人能使用", self.chinese(token, {"user": self.admin.pk, "name": "旧", **past}))
        self.assertIn("用户 和 名称", self.chinese(token, {"user": self.admin.pk, "name": "笔记本"}))

    def test_what_was_done_is_told_in_chinese_also_later(self) -> None:
        made = {"user": self.admin.pk, "name": "手机", "stream": "main", "expires_0": "", "expires_1": ""}
        self.assertIn("仅显示这一次", self.chinese("ticks/token/add/", made))
        revoked = self.chinese("ticks/kiosklink/", {"action": "revoke", "_selected_action": [self.link.pk]})
        self.assertIn("已撤销：1", revoked)
        everything = {"public": "on", "description": "全部", "keep_days": "1", "keep_bytes": "10G"}
        self.chinese("ticks/stream/main/change/", {**everything, "keep_rollups_days": "1"})
        self.assertIn("保留汇总", self.chinese("ticks/stream/main/history/"))
        self.chinese("")

    def test_who_reads_english_is_told_all_in_english(self) -> None:
        html = self.page("stream/main/change/")
        for words in ("Keep ticks up to:", "the oldest ticks go", "What is kept", "Everybody may watch it"):
            self.assertIn(words, html)
        self.assertGreater(len(english(html)), 20)

    def test_what_programs_read_stays_english(self) -> None:
        for path in ("schema/?format=json", "streams/main/links/", "streams/"):
            told = self.client.get(f"/api/{path}", **CHINESE)
            self.assertEqual(told.status_code, 200)
            self.assertEqual(told.content, self.client.get(f"/api/{path}").content)
            self.assertTrue(told.content.isascii() or "大厅" in told.content.decode())

    def test_no_language_asks_for_a_migration(self) -> None:
        for language in ("en", "zh-hans"):
            with override_settings(LANGUAGE_CODE=language):
                call_command("makemigrations", "--check", "--dry-run", verbosity=0)
