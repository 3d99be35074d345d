from __future__ import annotations

from typing import Any

from tests.js.modules import ModuleCase

RUNS = "{ Runs, MIXED } from data/runs.js"
SHOWN = """
    const named = (value) => (value === MIXED ? "MIXED" : value);
    const show = (runs, since = 0) => runs.since(since).map(({ from, to, value }) => [from, to, named(value)]);
"""


class RunsTest(ModuleCase):
    def runs(self, body: str) -> Any:
        return self.run_js(RUNS, f"{SHOWN} const runs = new Runs(); {body}")

    def shown(self, body: str) -> Any:
        return self.runs(f"{body} return show(runs);")

    def test_a_value_lasts_until_the_next_one_comes(self) -> None:
        ticks = "[[0, true], [1, true], [2, false], [5, false]].forEach(([ts, value]) => runs.add(ts, value));"
        self.assertEqual(self.shown(ticks), [[0, 2, True], [2, 5, False]])

    def test_a_tick_without_the_value_ends_it_where_it_was_last_seen(self) -> None:
        body = "runs.add(0, 'a'); runs.add(1, 'a'); runs.add(2, null); runs.add(3, 'a');"
        self.assertEqual(self.shown(body), [[0, 1, "a"], [3, 3, "a"]])

    def test_what_comes_after_a_break_does_not_join(self) -> None:
        body = "runs.add(0, 'a'); runs.add(1, 'a'); runs.breakOff(); runs.add(9, 'a'); runs.add(10, 'b');"
        self.assertEqual(self.shown(body), [[0, 1, "a"], [9, 10, "a"], [10, 10, "b"]])

    def test_a_small_step_back_of_the_clock_is_held_and_a_large_one_forgets(self) -> None:
        body = "runs.add(10, 'a'); runs.add(20, 'b'); runs.add(19.5, 'b'); runs.add(19.1, 'c');"
        self.assertEqual(self.shown(body), [[10, 20, "a"], [20, 20, "b"], [20, 20, "c"]])
        self.assertEqual(self.shown(f"{body} runs.add(15, 'd');"), [[10, 15, "a"], [15, 15, "d"]])
        held = "runs.add(10, null); runs.add(9.5, 'a');"
        self.assertEqual(self.shown(held), [[10, 10, "a"]])

    def test_what_lies_at_and_after_a_time_is_forgotten(self) -> None:
        body = "runs.add(0, 'a'); runs.add(10, 'b'); runs.add(20, 'b'); runs.truncate(arg); runs.add(30, 'a');"
        after = [
            self.run_js(RUNS, f"{SHOWN} const runs = new Runs(); {body} return show(runs);", x) for x in (15, 10, 0)
        ]
        self.assertEqual(after[0], [[0, 10, "a"], [10, 15, "b"], [30, 30, "a"]])
        self.assertEqual(after[1], [[0, 10, "a"], [30, 30, "a"]])
        self.assertEqual(after[2], [[30, 30, "a"]])

    def test_memory_is_bounded_and_changes_too_fast_for_it_are_mixed_not_missing(self) -> None:
        flips = "for (let i = 0; i < 5000; i += 1) runs.add(i, i % 2 === 0);"
        found = self.shown(flips)
        self.assertEqual(len(found), 2000)
        self.assertEqual(found[0], [0, 3001, "MIXED"])
        self.assertEqual(found[-1], [4999, 4999, False])

    def test_the_oldest_go_where_there_was_a_break(self) -> None:
        found = self.shown("for (let i = 0; i < 5000; i += 1) { runs.add(i, true); runs.breakOff(); }")
        self.assertEqual((len(found), found[0]), (2000, [3000, 3000, True]))

    def test_a_series_gives_true_false_mixed_and_nothing(self) -> None:
        body = """
            const series = { min: [1, 1, 0, 0, null, 0], max: [1, 1, 1, 0, null, 0], count: [3, 2, 5, 1, 0, 4] };
            return show(Runs.fromSeries(100, 10, series));
        """
        expected = [[100, 120, True], [120, 130, "MIXED"], [130, 140, False], [150, 160, False]]
        self.assertEqual(self.runs(body), expected)

    def test_a_series_goes_on_with_live_ticks_without_a_hole_and_without_a_double(self) -> None:
        body = """
            const past = Runs.fromSeries(100, 10, { min: [1, 0], max: [1, 0], count: [1, 1] });
            arg.forEach(([ts, value]) => past.add(ts, value));
            return show(past);
        """
        past = [100, 110, True]
        for ticks, expected in (
            ([[112, False], [118, False], [125, True]], [[110, 125, False], [125, 125, True]]),
            ([[124, False], [126, False]], [[110, 126, False]]),
            ([[124, True]], [[110, 124, False], [124, 124, True]]),
            ([[112, True], [124, True]], [[110, 120, False], [120, 124, True]]),
            ([[112, False]], [[110, 120, False]]),
            ([], [[110, 120, False]]),
        ):
            with self.subTest(ticks):
                self.assertEqual(self.run_js(RUNS, f"{SHOWN} {body}", ticks), [past, *expected])

    def test_each_time_has_its_value(self) -> None:
        body = """
            [[10, 'a'], [20, 'b'], [25, 'b']].forEach(([ts, value]) => runs.add(ts, value));
            return [[9, 10, 19, 20, 25, 26].map((x) => runs.at(x)), show(runs, 21), runs.last, new Runs().last];
        """
        at, since, last, none = self.runs(body)
        self.assertEqual(at, [None, "a", "a", "b", "b", None])
        self.assertEqual(since, [[20, 25, "b"]])
        self.assertEqual((last, none), ("b", None))

    def test_what_was_given_out_does_not_change_later(self) -> None:
        body = "runs.add(0, 'a'); const kept = runs.since(0); runs.add(5, 'a'); return kept[0].to;"
        self.assertEqual(self.runs(body), 0)

    def test_a_long_text_is_cut(self) -> None:
        (run,) = self.shown("runs.add(0, 'x'.repeat(1e6));")
        self.assertEqual(run[2], "x" * 100 + "…")
