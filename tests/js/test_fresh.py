from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.js.modules import ModuleCase
from ticks.protocol import Close

ROOT = Path(__file__).parents[2]


class FreshTest(ModuleCase):
    """What is judged, measured, kept and said of how fresh a stream is; no page is needed for that."""

    def test_states(self) -> None:
        usual = {"link": "live", "downS": 0, "greeted": True, "hasTick": True, "quietS": 0.5, "intervalS": 1}
        cases: list[tuple[dict[str, object], str]] = [
            ({}, "live"),
            ({"quietS": 2.1}, "slow"),
            ({"quietS": 5.1}, "stale"),
            ({"quietS": 25, "intervalS": 10}, "slow"),
            ({"quietS": 51, "intervalS": 10}, "stale"),
            ({"quietS": 0.9, "intervalS": 0.001}, "live"),
            ({"producer": "down"}, "live"),
            ({"producer": "down", "quietS": 2.1}, "stale"),
            ({"producer": "down", "quietS": 15, "intervalS": 10}, "live"),
            ({"producer": "down", "quietS": 21, "intervalS": 10}, "stale"),
            ({"producer": "up", "quietS": 2.1}, "slow"),
            ({"held": "paused"}, "paused"),
            ({"held": "paused", "quietS": 2.1}, "paused"),
            ({"held": "paused", "quietS": 6}, "stale"),
            ({"held": "past", "quietS": 6}, "past"),
            ({"held": "past", "hasTick": False}, "empty"),
            ({"held": "past", "link": "waiting", "downS": 2.1}, "offline"),
            ({"link": "waiting", "downS": 1.9}, "live"),
            ({"link": "waiting", "downS": 2.1}, "offline"),
            ({"link": "connecting", "downS": 60}, "offline"),
            ({"link": "hidden", "downS": 60}, "hidden"),
            ({"link": "stopped"}, "offline"),
            ({"hasTick": False}, "empty"),
            ({"greeted": False, "link": "connecting", "hasTick": False}, "connecting"),
        ]
        judged = self.run_js(
            "{ judge } from fresh/health.js", "return arg.map(judge);", [usual | case for case, _ in cases]
        )
        for (case, state), found in zip(cases, judged, strict=True):
            with self.subTest(case):
                self.assertEqual(found, state)

    def test_a_page_of_several_streams_tells_the_worst(self) -> None:
        for states, worst in (
            (["live", "slow", "live"], "slow"),
            (["slow", "stale", "offline", "live"], "offline"),
            (["live", "empty"], "empty"),
            (["live"], "live"),
            ([], "empty"),
        ):
            with self.subTest(states):
                self.assertEqual(self.run_js("{ worst } from fresh/health.js", "return worst(arg);", states), worst)

    def test_every_state_has_a_shape_a_word_and_a_colour_and_is_documented(self) -> None:
        states = self.run_js("{ STATES } from fresh/health.js", "return Object.values(STATES);")
        rows = re.findall(r"^\| (.+?) \| (.) \|", (ROOT / "docs/dashboard.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(rows), sorted((state["word"], state["shape"]) for state in states))
        colors = (ROOT / "static/ticks/styles/colors.css").read_text()
        for state in states:
            self.assertIn(f"--{state['tone']}:", colors)

    def latency(self, body: str) -> Any:
        """`at` is the steady clock, `took(t, ts, now, received)` a message of one tick."""
        make = """
            let at = 0;
            const latency = new Latency(() => at);
            const hello = (more) => latency.hello({ epoch: "e1", newest_t: 50, mode: "live", ...more });
            const took = (t, ts, now, received) => latency.took([{ t, ts }], { last_t: t, received_ts: received }, now);
        """
        make += "hello({ newest_t: 0 });"
        return self.run_js("{ Latency, sourceAheadS } from fresh/latency.js", f"{make} {body}")

    def test_latency_is_split_at_the_server(self) -> None:
        body = "for (let i = 1; i <= 100; i += 1) { at = i; took(i, i, i + i / 1000, i + 0.25 * (i / 1000)); }"
        measured = self.latency(f"{body} return latency.measure();")
        rounded = {name: {rank: round(ms, 2) for rank, ms in ranks.items()} for name, ranks in measured.items()}
        self.assertEqual(rounded["total"], {"p50": 50, "p95": 95})
        self.assertEqual(rounded["up"], {"p50": 12.5, "p95": 23.75})
        self.assertEqual(rounded["down"], {"p50": 37.5, "p95": 71.25})
        self.assertEqual(rounded["interval"], {"p50": 1000, "p95": 1000})

    def test_a_server_that_does_not_stamp_tells_the_whole_only(self) -> None:
        measured = self.latency("took(1, 10, 10.5); return latency.measure();")
        self.assertEqual(measured, {"total": {"p50": 500, "p95": 500}, "up": None, "down": None, "interval": None})

    def test_what_comes_to_catch_up_is_not_counted(self) -> None:
        for name, body, counted in (
            ("backlog", "hello({}); took(50, 1, 300);", False),
            ("live behind it", "hello({}); took(51, 1, 2);", True),
            ("a replay", "hello({ mode: 'replay' }); took(51, 1, 300);", False),
            ("nothing selected", "latency.took([], { last_t: 9 }, 1);", False),
            (
                "a numbering that begins while one watches",
                "hello({}); latency.gap({ reason: 'epoch', epoch: 'e2' }); took(1, 1, 2);",
                True,
            ),
            (
                "a numbering that had begun before",
                "hello({ epoch: 'e2' }); latency.gap({ reason: 'epoch', epoch: 'e2' }); took(1, 1, 300);",
                False,
            ),
        ):
            with self.subTest(name):
                self.assertEqual(self.latency(f"{body} return latency.measure().total !== null;"), counted)

    def test_the_time_without_a_connection_is_no_interval(self) -> None:
        body = "took(1, 1, 1); at = 90; hello({ newest_t: 1 }); took(2, 90, 90); at = 91; took(3, 91, 91);"
        self.assertEqual(self.latency(f"{body} return latency.measure().interval;"), {"p50": 1000, "p95": 1000})

    def test_old_samples_and_more_than_a_thousand_are_forgotten(self) -> None:
        body = """
            for (let i = 1; i <= 3000; i += 1) { at = i / 1000; took(i, 0, i); }
            const least = latency.measure().total.p50;
            at += 299; const kept = latency.measure().total !== null;
            at += 2; return [least, kept, latency.measure().total];
        """
        self.assertEqual(self.latency(body), [2_500_000, True, None])

    def test_a_source_whose_clock_is_ahead_is_found(self) -> None:
        for name, took, ahead in (
            ("stamped", "took(1, 100, 98, 97.5);", 2.5),
            ("not stamped", "took(1, 100, 98);", 2),
            ("a little", "took(1, 100, 100.1, 99.95);", 0),
            ("nothing known", "", 0),
        ):
            with self.subTest(name):
                self.assertEqual(self.latency(f"{took} return sourceAheadS(latency.measure());"), ahead)

    def log(self, body: str) -> Any:
        """`now` is the server's clock, `wall` and `steady` this computer's; the storage is `kept`."""
        make = """
            let [now, wall, steady] = [1000, 5000, 0];
            const kept = { items: {}, saves: 0, getItem: (key) => kept.items[key] ?? null };
            kept.setItem = (key, text) => { kept.items[key] = text; kept.saves += 1; };
            const clocks = { wall: () => wall, steady: () => steady };
            const open = (storage = kept) => new ConnectionLog("main", { now: () => now, storage, clocks });
            const pass = (seconds) => { now += seconds; wall += seconds * 1000; steady += seconds * 1000; };
            const status = (state, more) => ({ state, attempt: 0, nextTry: null, code: null, reason: "", ...more });
            const lost = { code: 1006, reason: "the connection was lost" };
            const waits = (attempt) => log.state(status("waiting", { attempt, ...lost }));
            const comes = (t, resumed) => { log.state(status("live")); log.hello({ cursor: t && { t } }, resumed); };
            const { tell } = await import("/static/ticks/fresh/words.js");
            let log = open();
        """
        end = "return log.entries.map((entry) => tell(entry));"
        return self.run_js("{ ConnectionLog } from fresh/log.js", f"{make} {body} {'' if 'return' in body else end}")

    def test_a_loss_is_one_entry_with_its_cause_its_duration_and_its_tries(self) -> None:
        body = """
            log.state(status("connecting")); comes(7, false); pass(60);
            waits(0); log.state(status("connecting")); pass(1); waits(1); pass(1); waits(2); pass(10);
            comes(7, true);
        """
        told = ["connected, goes on behind t 7", "lost for 12 s: the connection was lost (code 1006); 2 tries failed"]
        self.assertEqual(self.log(body), [*told, "connected, from t 7 on"])
        self.assertEqual(self.log(f"{body} pass(5); return [log.since, now];"), [1072, 1077])
        self.assertEqual(self.log(f"{body} waits(0); return [log.since, tell(log.entries[0])];")[0], None)

    def test_a_wrong_clock_before_the_first_hello_spoils_no_duration(self) -> None:
        body = "now = 90000; waits(1); pass(3); now = 1003; comes(1, false); const [, first] = log.entries;"
        self.assertEqual(self.log(f"{body} return [first.at, first.forS];"), [1000, 3])

    def test_what_a_connection_ends_with_is_told(self) -> None:
        body = """
            waits(1); pass(3); waits(2); pass(1); comes(null, false);
            log.state(status("waiting", { code: %d, reason: "the server restarts" })); pass(1); comes(1, true);
            log.state(status("hidden", { reason: "the tab is hidden" })); pass(400); comes(1, true);
            log.state(status("stopped", { code: 4401, reason: "sign in to watch this stream" }));
        """
        self.assertEqual(
            self.log(body % Close.RESTART),
            [
                "ended: sign in to watch this stream (code 4401)",
                "connected, goes on behind t 1",
                "asleep for 6 m 40 s: the tab is hidden",
                "connected, goes on behind t 1",
                "lost for 1.0 s: the server restarts (code 1012)",
                "connected",
                "no connection for 4.0 s: the connection was lost (code 1006); 2 tries failed",
            ],
        )

    def test_an_answer_on_the_same_connection_is_no_new_one(self) -> None:
        self.assertEqual(self.log("comes(1, false); comes(5, true); comes(9, false);"), ["connected, from t 1 on"])

    def test_a_gap_is_told_with_its_count_its_cause_and_its_ends(self) -> None:
        body = """
            comes(7, false); log.ticks([{ t: 7, ts: 10 }]);
            log.gap({ after_t: 7, next_t: 20, count: 12, reason: "unarchived" }); log.ticks([{ t: 20, ts: 23 }]);
            log.gap({ after_t: 20, next_t: 22, count: 1, reason: "lost" });
            return [log.entries[1].fromTs, log.entries[1].toTs, ...log.entries.map(tell)];
        """
        start, end, second, first, _ = self.log(body)
        self.assertEqual((start, end), (10, 23))
        self.assertRegex(first, r"^12 ticks are missing, t 8–19: not stored, \d\d:\d\d:10–\d\d:\d\d:23$")
        self.assertEqual(second, "1 tick is missing: lost")

    def test_clocks_that_are_set_and_sleep_are_told(self) -> None:
        body = """
            comes(1, false); log.ticks([{ t: 1, ts: 50 }]);
            wall += 90000; log.ticks([{ t: 2, ts: 51 }]); wall -= 5000; log.ticks([{ t: 3, ts: 52 }]);
            wall += 1900; log.ticks([{ t: 4, ts: 51.1 }]); log.ticks([{ t: 5, ts: 42.1 }]);
        """
        told = self.log(body)
        self.assertEqual(told[0], "the source's clock went back by 9.0 s at t 5")
        self.assertEqual(told[1], "this computer's clock was put back by 5.0 s")
        self.assertEqual(told[2], "this computer slept, or its clock was put forward, by 1 m 30 s")
        self.assertEqual(len(told), 4)

    def test_a_source_of_two_clocks_does_not_flood_it(self) -> None:
        body = """
            comes(1, false);
            const ticks = Array.from({ length: 4000 }, (_, i) => ({ t: i, ts: i % 2 ? 100 : 50 }));
            const before = kept.saves; log.ticks(ticks);
            return [tell(log.entries[0]), log.entries.length, kept.saves - before <= 1];
        """
        self.assertEqual(self.log(body), ["the source's clock went back by 50 s at t 3,998, 1,999 times", 2, True])

    def test_it_outlives_a_reload_and_keeps_the_newest_two_hundred(self) -> None:
        body = """
            comes(1, false);
            for (let i = 0; i < 300; i += 1) log.gap({ after_t: i, next_t: i + 2, count: i, reason: "lost" });
            pass(2); log.state(status("hidden", { reason: "the page was left" })); pass(3);
            log = open(); comes(400, true);
            return [log.entries.length, ...log.entries.slice(0, 3).map(tell)];
        """
        told = ["connected, goes on behind t 400", "asleep for 3.0 s: the page was left", "299 ticks are missing: lost"]
        self.assertEqual(self.log(body), [200, *told])

    def test_a_storage_that_refuses_or_holds_nonsense_breaks_nothing(self) -> None:
        for storage in (
            "null",
            "{ getItem: () => '{nonsense', setItem: () => { throw new Error('full'); } }",
            "{ getItem: () => '[null]', setItem: () => {} }",
        ):
            with self.subTest(storage):
                self.assertEqual(self.log(f"log = open({storage}); comes(1, false);"), ["connected, from t 1 on"])
