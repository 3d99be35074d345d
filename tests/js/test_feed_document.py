"""docs/feed.md says what feed.js does, no more and no less; its example runs."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import TestCase

import pytest

from tests.js.modules import SITE, ModuleCase
from tests.js.streaming import Stream
from tests.test_documents import table

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/feed.md").read_text()
FEED = (ROOT / "static/ticks/feed.js").read_text()
LINK = (ROOT / "static/ticks/feed/link.js").read_text()


def documented(header: str) -> list[str]:
    """The names in the first column, without what is in brackets."""
    return [re.findall(r"`(\w+)", row[0])[0] for row in table(TEXT, header)]


def declared(*types: str) -> list[str]:
    """The properties that the JSDoc of these types names."""
    found = []
    for name in types:
        block = re.split(rf"@typedef \{{object\}} {name}\n", FEED)[1]
        found += re.findall(r"@property \{.*\} \[?(\w+)", re.split(r"@typedef|\*/", block)[0])
    return found


class FeedDocumentTest(TestCase):
    def test_every_option_is_documented(self) -> None:
        self.assertEqual(
            sorted(documented("option | if absent | what it is")), sorted(declared("Manner", "Selection", "Place"))
        )

    def test_every_callback_is_documented_and_called(self) -> None:
        callbacks = declared("Callbacks")
        self.assertEqual(documented("callback | gets"), callbacks)
        for callback in callbacks:
            self.assertIn(f"{callback}?.(", FEED)

    def test_every_member_is_documented(self) -> None:
        own = FEED.split("export class Feed")[1].split("\n}\n")[0]
        members = re.findall(r"^  (?:get )?(\w+)\(.*\{$", own, re.MULTILINE)
        members.remove("constructor")
        self.assertEqual(sorted(documented("member | what it is")), sorted(members))

    def test_every_state_and_role_is_documented_and_entered(self) -> None:
        (states,) = re.findall(r"@property \{(.+)\} state", FEED)
        self.assertEqual(documented("`state` | means"), re.findall(r'"(\w+)"', states))
        entered = set(re.findall(r'(?:state: |#enter\()"(\w+)"', FEED + LINK))
        self.assertEqual(set(documented("`state` | means")), entered)
        (roles,) = re.findall(r"@property \{(.+)\} role", FEED)
        for role in re.findall(r'"(\w+)"', roles):
            self.assertIn(f"`{role}`", TEXT)

    def test_every_final_code_is_documented(self) -> None:
        final = LINK.split("const FINAL = {")[1].split("}")[0]
        stopped = next(row for row in table(TEXT, "`state` | means") if row[0].strip("`| ") == "stopped")
        self.assertEqual(re.findall(r"\b44\d\d\b", stopped[1]), re.findall(r"(44\d\d):", final))

    def test_every_module_of_the_client_stands_alone(self) -> None:
        """Nothing of it imports what belongs to the dashboard, or a foreign origin."""
        folder = ROOT / "static/ticks"
        found, left = set(), [folder / "feed.js"]
        while left:
            module = left.pop()
            found.add(module)
            imported = re.findall(r'from "(\.[^"]+)"', text := module.read_text())
            left += [one for one in ((module.parent / name).resolve() for name in imported) if one not in found]
            self.assertEqual(re.findall(r'(?:from|import) "(?!\.)', text), [])
        self.assertEqual(found, {folder / "feed.js", *(folder / "feed").iterdir()})


@pytest.mark.browser
class ExampleTest(ModuleCase):
    def test_the_example_runs(self) -> None:
        (example,) = re.findall(r"```html\n(.*?)```", TEXT, re.DOTALL)
        self.page.route_web_socket("**/ws/stream*", Stream(10))
        page = f"{SITE}/example.html"
        self.page.route(page, lambda route: route.fulfill(body=example, content_type="text/html"))
        self.page.goto(page)
        self.page.wait_for_function("() => document.getElementById('cpu').textContent.endsWith('the last one 10')")
        self.assertEqual(self.page.locator("#state").text_content(), "live ")
        self.assertEqual(self.errors, [])
