"""Every text that the code says to people is there in Simplified Chinese, and the catalogs have no other."""

from __future__ import annotations

import re
from unittest import TestCase

from django.test import SimpleTestCase

from tests.i18n.catalogs import DOMAINS, FOLDER, ROOT, compiled, read, said
from ticks.texts import texts_in

CALL = re.compile(r'\b_n?\(\s*"([^"]+)"')
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
TAG = re.compile(r"</?\w+")


class CatalogsTest(TestCase):
    def test_every_call_that_says_a_text_is_found(self) -> None:
        found = {one.words if isinstance(one.words, str) else one.words[0] for one in said("djangojs")}
        for file in sorted((ROOT / "static/ticks").rglob("*.js")):
            for words in CALL.findall(file.read_text()):
                self.assertTrue(words in found, f"{file.name}: {words!r} within a template with braces?")

    def test_every_text_is_translated_and_every_translation_is_of_a_text(self) -> None:
        for domain in DOMAINS:
            with self.subTest(domain):
                texts = {one.words if isinstance(one.words, str) else one.words[0]: one for one in said(domain)}
                catalog = {first(message.id): message for message in read(domain) if message.id}
                missing = [str(text) for words, text in texts.items() if not translated(catalog.get(words))]
                self.assertEqual(missing, [], "run script/messages, then translate them")
                self.assertEqual([words for words in catalog if words not in texts], [], "run script/messages")

    def test_what_the_server_reads_is_made_of_what_was_translated(self) -> None:
        for domain in DOMAINS:
            self.assertEqual((FOLDER / f"{domain}.mo").read_bytes(), compiled(read(domain)), "run script/messages")

    def test_values_and_tags_stand_in_a_translation_as_in_the_text(self) -> None:
        for domain in DOMAINS:
            for message in filter(lambda one: one.id, read(domain)):
                forms = [message.string] if isinstance(message.string, str) else message.string
                many = message.id if isinstance(message.id, str) else message.id[-1]
                for form in forms:
                    with self.subTest(many):
                        self.assertEqual(sorted(PLACE.findall(form)), sorted(PLACE.findall(many)))
                        self.assertEqual(sorted(TAG.findall(form)), sorted(TAG.findall(many)))


class TextsTest(SimpleTestCase):
    def test_english_pages_have_no_texts_of_their_own_and_chinese_ones_have_all(self) -> None:
        self.assertEqual(texts_in("en"), {})
        chinese = texts_in("zh-hans")
        for text in said("djangojs"):
            words = text.words
            self.assertIsInstance(chinese[words if isinstance(words, str) else words[0]], type_of(words))


def type_of(words: str | tuple[str, ...]) -> type:
    return str if isinstance(words, str) else list


def first(words: str | tuple[str, ...]) -> str:
    return words if isinstance(words, str) else words[0]


def translated(message: object) -> bool:
    string = getattr(message, "string", "")
    return bool(string) and (isinstance(string, str) or all(string)) and not getattr(message, "fuzzy", False)
