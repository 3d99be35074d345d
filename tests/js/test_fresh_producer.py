from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, expect

from tests.js.fresh import FreshCase
from tests.js.modules import SITE

DOCUMENT = (Path(__file__).parents[2] / "docs/dashboard.md").read_text()
HEALTH: dict[str, Any] = {
    "stream": "main",
    "server_time": 1_760_000_000.0,
    "producer": {
        **{"ts": 1_760_000_000.0, "epoch": "e", "ticks": 12_345, "rate": 1.0, "owed": 3, "raw_bytes": 4_194_304},
        **{"late_ms": {"p50": 0.21, "p99": 1.14, "max": 130.4}, "stored_bytes": 1_048_576, "skipped": 2},
        **{"unarchived": 0, "missed": None, "interval_s": 1.0, "host": "box", "pid": 7, "started": 1_759_992_000.0},
        "source": "host",
    },
    "server": {
        **{"workers": 2, "subscribers": 17, "loop_lag_ms": {"p50": 0.1, "p99": 2.0, "max": 9.0}, "raw_bytes": 1024},
        **{"sent_bytes": 1000, "unpacked_bytes": 4000, "repaired": 0},
    },
    "archive": {
        **{"ticks": 1_000_000, "raw_bytes": 4_000_000, "stored_bytes": 1_000_000, "files": 12},
        **{"oldest_ts": 1_759_900_000.0, "newest_ts": 1_760_000_000.0},
    },
}


class ProducerTest(FreshCase):
    def setUp(self) -> None:
        super().setUp()
        self.answers: list[Any] = [HEALTH]
        self.asked = 0
        self.page.route(f"{SITE}/health/", self.reply)
        self.page.clock.install()

    def reply(self, route: Route) -> None:
        self.asked += 1
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if said is None:
            route.abort()
        elif isinstance(said, int):
            route.fulfill(status=said, body="<h1>bad</h1>")
        else:
            route.fulfill(body=json.dumps(said), content_type="application/json")

    def start(self) -> None:
        body = "new ProducerCard(document.getElementById('producer'), '/health/').start();"
        self.run_js("{ ProducerCard } from fresh/producer.js", body)

    def figure(self, name: str) -> Any:
        return self.page.locator(f"[data-figure={name}]")

    def next(self) -> None:
        self.page.clock.run_for(5000)

    def test_it_tells_how_producer_server_and_archive_stand(self) -> None:
        for name in ("late", "lag", "growth"):
            expect(self.figure(name)).to_have_text("–")
        self.start()
        for name, text in {
            "source": "host on box",
            "running": "2 h 13 m",
            "ticks": "12,345 · 1.00/s of 1.00/s",
            "late": "0.2 / 1.1 / 130 ms",
            "missed": "–",
            "owed": "3",
            "unarchived": "0 · 2 skipped",
            "written": "4.00 MiB",
            "subscribers": "17",
            "lag": "0.1 / 2.0 / 9.0 ms",
            "sent-rate": "–",
            "sent-packed": "3.91 KiB → 1,000 B · 4.0 ×",
            "kept": "1,000,000",
            "span": "27 h 46 m",
            "growth": "844 KiB",
        }.items():
            expect(self.figure(name)).to_have_text(text)
        self.assertEqual(self.page.locator("[data-figure]").count(), 24)

    def test_every_figure_is_documented(self) -> None:
        told = DOCUMENT.split("## Producer and server")[1].split("\n## ")[0]
        documented = [name for cell in re.findall(r"^\| (.+?) \|", told, re.MULTILINE)[1:] for name in cell.split(", ")]
        shown = self.page.locator("#producer dt").all_inner_texts()
        names = {re.sub(" p50.*", "", name) for name in shown}
        self.assertEqual(names, set(documented))

    def test_rates_are_differences_and_a_counter_that_began_anew_has_none(self) -> None:
        later = json.loads(json.dumps(HEALTH))
        later["server_time"] += 5
        later["server"]["sent_bytes"] += 10240
        later["producer"]["raw_bytes"] += 5000
        anew = json.loads(json.dumps(later))
        anew["server_time"] += 5
        anew["server"]["sent_bytes"] = 10
        self.answers = [HEALTH, later, anew]
        self.start()
        expect(self.figure("sent")).to_have_text("1,000 B")
        self.next()
        expect(self.figure("sent-rate")).to_have_text("2.00 KiB/s")
        expect(self.figure("growth")).to_have_text("20.6 MiB")
        self.next()
        expect(self.figure("sent-rate")).to_have_text("–")

    def test_without_a_producer_it_says_the_command_and_keeps_its_size(self) -> None:
        self.answers = [HEALTH, {**HEALTH, "producer": None}, HEALTH]
        self.start()
        expect(self.figure("owed")).to_have_text("3")
        card = self.page.locator("#producer")
        before = card.bounding_box()
        self.next()
        expect(card.locator("code")).to_have_text("python manage.py runproducer")
        expect(card.locator("code")).to_be_visible()
        expect(self.figure("owed")).to_be_hidden()
        self.assertEqual(card.bounding_box(), before)
        self.next()
        expect(self.figure("owed")).to_be_visible()

    def test_without_redis_it_does_not_blame_the_producer(self) -> None:
        blind = {**HEALTH, "producer": None, "server": None}
        self.answers = [blind, HEALTH, blind]
        self.start()
        note = self.page.locator("#producer .note")
        for known in ("–", "2"):
            expect(note).to_contain_text("Redis does not answer")
            expect(self.page.locator("#producer code")).to_be_hidden()
            expect(self.figure("kept")).to_have_text("1,000,000")
            expect(self.figure("workers")).to_have_text(known)
            expect(self.figure("sent-rate")).to_have_text("–")
            self.next()
            expect(self.figure("workers")).to_have_text("2")
            self.next()

    def test_a_failure_is_told_and_the_last_good_figures_stay(self) -> None:
        note, card = self.page.locator("#producer .note"), self.page.locator("#producer")
        self.answers = [HEALTH, 502, None, HEALTH]
        self.start()
        expect(note).to_have_text(re.compile("^as of "))
        for failure in ("The server refused: 502 Bad Gateway", "The server can't be reached"):
            self.next()
            expect(note).to_have_text(re.compile(rf"^✕ {failure}\. Asked again every 5 s\. These are of \d\d:"))
            expect(card).to_have_class(re.compile("is-old"))
            expect(self.figure("owed")).to_have_text("3")
        self.next()
        expect(note).to_have_text(re.compile("^as of "))
        self.assertNotIn("is-old", card.get_attribute("class") or "")

    def test_it_asks_only_while_it_can_be_seen(self) -> None:
        self.page.evaluate("document.getElementById('producer').style.marginTop = '300vh'")
        self.start()
        self.next()
        self.assertEqual(self.asked, 0)
        self.page.evaluate("scrollTo(0, 1e6)")
        expect(self.figure("owed")).to_have_text("3")
        self.page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        asked = self.asked
        self.next()
        self.next()
        self.assertEqual(self.asked, asked)
        self.page.evaluate("delete document.hidden")
        with self.page.expect_response(f"{SITE}/health/"):
            self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self.assertEqual(self.asked, asked + 1)
