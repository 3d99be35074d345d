"""What is laid over the charts: how an address says it, what is read of it and when, and what stands beside what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase

DAY_S = 86400
FOLLOWED = {"isMoving": True, "isFollowed": True, "speed": 1, "now": 10_000}
READ = {**FOLLOWED, "isFollowed": False}
HELD = {**READ, "isMoving": False}


@pytest.mark.browser
class AddressTest(ModuleCase):
    def read(self, search: str) -> Any:
        body = "const faults = []; return { compared: readCompared(new URLSearchParams(arg), faults), faults };"
        return self.run_js("{ readCompared } from compare/asked.js", body, search)

    def test_an_address_says_how_much_earlier_or_since_when_and_which_stream(self) -> None:
        for search, compared in (
            ("?compare=90s", {"back": 90}),
            ("?compare=1.5h", {"back": 5400}),
            ("?compare=1d", {"back": DAY_S}),
            ("?compare=1w", {"back": 7 * DAY_S}),
            ("?compare=-30m", {"back": -1800}),
            ("?compare=span", {"back": "span"}),
            ("?compare=1970-01-01T01:00:00%2B01:00", {"moment": 0}),
            ("?compare=1763816400.5", {"moment": 1763816400.5}),
            ("?compare_stream=web-2", {"back": 0, "stream": "web-2"}),
            ("?compare=1d&compare_stream=web-2", {"back": DAY_S, "stream": "web-2"}),
            ("?last=60", None),
        ):
            with self.subTest(search):
                shown = self.read(search)
                self.assertEqual(shown.get("compared"), compared)
                self.assertEqual(shown["faults"], [])

    def test_what_is_wrong_is_told_with_what_is_right_and_counts_as_absent(self) -> None:
        for search, fault in (
            ("?compare=yesterday", "compare=yesterday is no time from 1s to 400d (as 90s, 30m, 1h, 1d, 1w)"),
            ("?compare=0s", "compare=0s is no time"),
            ("?compare=401d", "compare=401d is no time"),
            ("?compare=", "compare= is no time"),
            ("?compare=2026-11-22T14:00", "compare=2026-11-22T14:00 is no time"),
            ("?compare=1d&compare_stream=../admin", "compare_stream=../admin is no name of a stream"),
        ):
            with self.subTest(search):
                shown = self.read(search)
                self.assertNotIn("compared", {name for name, value in shown.items() if value is not None})
                self.assertEqual(len(shown["faults"]), 1)
                self.assertTrue(shown["faults"][0].startswith(fault), shown["faults"])

    def test_what_is_written_is_read_again(self) -> None:
        body = """
            const { writeAddress } = await import("/static/ticks/share/address.js");
            const written = arg.map((compared) => writeAddress({ compared: writeCompared(compared) }));
            return written.map((search) => [search, readCompared(new URLSearchParams(search), [])]);
        """
        asked = [
            {"back": 3600},
            {"back": 90061},
            {"back": 14 * DAY_S},
            {"back": -0.25 - 2},
            {"back": "span", "stream": "a"},
            {"back": 0, "stream": "b.c"},
        ]
        told = self.run_js("{ readCompared, writeCompared } from compare/asked.js", body, asked)
        self.assertEqual([compared for _, compared in told], asked)
        written = ["1h", "90061s", "2w", "-2.25s", "span&compare_stream=a"]
        self.assertEqual(
            [search for search, _ in told], [*(f"?compare={one}" for one in written), "?compare_stream=b.c"]
        )


@pytest.mark.browser
class PlanTest(ModuleCase):
    """A minute in 600 points is shown, up to 9000."""

    def plan(self, back: float, motion: dict[str, Any], points: int = 600) -> Any:
        body = "return planOf({ from: 8940, to: 9000, points: arg[2] }, arg[0], arg[1]);"
        return self.run_js("{ planOf } from compare/plan.js", body, [back, motion, points])

    def test_a_range_that_stays_is_read_once_in_buckets_as_wide_as_those_of_what_it_is_laid_over(self) -> None:
        plan = self.plan(3600.05, HELD)
        self.assertAlmostEqual(plan["from"], 5339.8)
        self.assertEqual((plan["ahead"], plan["isLive"]), (0, False))
        self.assertAlmostEqual((plan["to"] - plan["from"]) / plan["points"], 0.1)
        self.assertGreaterEqual(plan["to"], 5399.95)

    def test_rounding_cuts_no_tick_off_the_ends(self) -> None:
        """Of 360 ticks, 10 s apart, the first one is at the very beginning."""
        body = """
            const motion = { isMoving: false, isFollowed: false, speed: 1, now: 1.8e9 };
            const shown = (from) => ({ from, to: from + 3600, points: 700 });
            const outside = (from, { from: first, to }) => first > from - 86400 || to <= from - 82800;
            const starts = Array.from({ length: 5000 }, (_, i) => 1795168800 + i * 3600);
            return starts.filter((from) => outside(from, planOf(shown(from), 86400, motion))).length;
        """
        self.assertEqual(self.run_js("{ planOf } from compare/plan.js", body), 0)

    def test_what_moves_is_read_ahead_and_the_next_step_has_the_same_buckets(self) -> None:
        one, next_one = self.plan(3600, READ), self.plan(3577.7, READ)
        self.assertEqual(one["ahead"], 30)
        for plan in (one, next_one):
            self.assertAlmostEqual(plan["from"] / 0.1, round(plan["from"] / 0.1), places=6)
        self.assertEqual(self.plan(3600, {**READ, "speed": 60})["ahead"], 180, "a replay that hurries")
        self.assertEqual(self.plan(0, {**READ, "now": 9010})["ahead"], 9, "what is yet to come can't be read")
        self.assertEqual(self.plan(-500, READ)["ahead"], 30)
        self.assertEqual(self.plan(-5000, READ)["ahead"], 0)

    def test_what_was_a_moment_ago_is_followed_and_not_read_again(self) -> None:
        for back, points in ((0, 600), (60, 1200), (120, 1800)):
            plan = self.plan(back, FOLLOWED)
            self.assertEqual(
                (plan["isLive"], plan["from"], plan["to"], plan["points"]), (True, 8940 - back, 9000, points)
            )
        self.assertFalse(self.plan(121, FOLLOWED)["isLive"])
        self.assertFalse(self.plan(60, READ)["isLive"])

    def test_more_is_asked_for_while_a_third_of_what_was_read_ahead_is_left(self) -> None:
        body = "return arg.map((end) => isUsedUp({ to: 130, ahead: 30, isLive: false }, end));"
        told = self.run_js("{ isUsedUp } from compare/plan.js", body, [100, 119, 121, 140])
        self.assertEqual(told, [False, False, True, True])


@pytest.mark.browser
class ShiftTest(ModuleCase):
    def test_another_time_is_drawn_on_this_axis_without_the_lines_that_are_not_compared(self) -> None:
        body = """
            const two = (...values) => values.map((one) => Float64Array.from(one));
            const view = { x: Float64Array.of(1, 2), min: two([1, 2], [3, 4]), max: two([1, 2], [3, 4]),
                mean: two([1, 2], [3, 4]), count: two([1, 1], [1, 1]), isWhole: true };
            const { x, mean, count } = shifted(view, 100, [true, false]);
            const told = { mean: mean.map((one) => [...one].map(String)), count: count.map((one) => [...one]) };
            return { x: [...x], own: [...view.x], ...told };
        """
        told = self.run_js("{ shifted } from compare/shift.js", body)
        self.assertEqual(told["x"], [101, 102])
        self.assertEqual(told["own"], [1, 2])
        self.assertEqual(told["mean"], [["1", "2"], ["NaN", "NaN"]])
        self.assertEqual(told["count"], [[1, 1], [0, 0]])

    def test_the_value_of_a_moment_is_the_nearest_within_reach_and_none_in_a_gap(self) -> None:
        body = """
            const gaps = [{ from: 30, to: 60 }];
            return arg.map((at) => rowAt({ x: Float64Array.of(10, 20, 30, 60) }, gaps, at, 6));
        """
        told = self.run_js("{ rowAt } from compare/shift.js", body, [3, 4, 14, 16, 30, 31, 59, 60, 66, 67])
        self.assertEqual(told, [None, 0, 0, 1, 2, None, None, 3, 3, None])
        empty = self.run_js("{ rowAt } from compare/shift.js", "return rowAt({ x: new Float64Array(0) }, [], 5, 9);")
        self.assertIsNone(empty)

    def test_a_difference_has_no_percents_of_nothing(self) -> None:
        body = (
            "return arg.map((one) => difference(...one)).map(({ absolute, percent }) => [absolute, String(percent)]);"
        )
        told = self.run_js("{ difference } from compare/shift.js", body, [[12, 10], [5, 10], [1, -4], [3, 0], [0, 0]])
        self.assertEqual(told, [[2, "20"], [-5, "-50"], [5, "125"], [3, "NaN"], [0, "NaN"]])

    def test_a_difference_is_written_with_its_sign_and_in_the_axis_unit(self) -> None:
        body = """
            const { scaleFor } = await import("/static/ticks/look/units.js");
            const scale = scaleFor("B", 4096);
            return arg.map(([absolute, percent]) => differenceWords({ absolute, percent: percent ?? NaN }, scale));
        """
        asked = [[1024, 25], [-2048, -50.04], [512, None], [0, 0], [40960, 1000]]
        told = self.run_js("{ differenceWords } from compare/rows.js", body, asked)
        self.assertEqual(told, ["+1.00 (+25.0 %)", "−2.00 (−50.0 %)", "+0.50", "0 (0.0 %)", "+40.0 (+1,000 %)"])

    def test_rows_stand_beside_those_of_about_the_same_moment_and_none_is_left_out(self) -> None:
        body = "return pairs(...arg.map((x) => Float64Array.from(x)));"
        for xs, others, expected in (
            ([10, 20, 30], [10, 20, 30], [[0, 0], [1, 1], [2, 2]]),
            ([10, 20, 30], [12, 21, 34], [[0, 0], [1, 1], [2, 2]]),
            ([10, 20, 60], [20, 30, 60], [[0, None], [1, 0], [None, 1], [2, 2]]),
            ([10, 20, 30], [], [[0, None], [1, None], [2, None]]),
            ([], [5], [[None, 0]]),
            ([10, 20], [11, 12, 13, 20], [[0, 0], [None, 1], [None, 2], [1, 3]]),
        ):
            with self.subTest(xs=xs, others=others):
                self.assertEqual(self.run_js("{ pairs } from compare/shift.js", body, [xs, others]), expected)


@pytest.mark.browser
class SaidTest(ModuleCase):
    def test_the_other_value_is_said_with_the_difference_or_why_there_is_none(self) -> None:
        body = """
            const scale = { factor: 1, suffix: "%", digits: 1, most: 6 };
            const toldOf = ([now, difference, fault]) => ({ now: now ?? NaN, difference, fault });
            return arg.map((one) => saidWords("1 day earlier", toldOf(one), scale));
        """
        told = [
            [10, {"absolute": 2.5, "percent": 25}, ""],
            [10, None, "nothing to compare it with"],
            [None, None, "nothing was stored then"],
        ]
        said = [
            "1 day earlier: 10.0 %, difference +2.5 (+25.0 %)",
            "1 day earlier: 10.0 %",
            "1 day earlier: nothing was stored then",
        ]
        self.assertEqual(self.run_js("{ saidWords } from compare/rows.js", body, told), said)


@pytest.mark.browser
class PointsTest(ModuleCase):
    def test_points_are_a_table_of_both_with_the_moment_of_each(self) -> None:
        body = """
            const view = (x, values) => {
              const column = [Float64Array.from(values)];
              return { x: Float64Array.from(x), min: column, max: column, mean: column,
                count: [column[0].map((one) => (Number.isNaN(one) ? 0 : 1))] };
            };
            const other = { ...view([110, 120], [5, 6]), back: 100, ...arg };
            return csvOf({ lines: [{ path: 'a,"b' }], ...view([110, 150], [1, NaN]), other }).split("\\r\\n");
        """
        head = ",".join(f'"a,""b.{stat}"' for stat in ("min", "max", "mean", "count"))
        other_head = ",".join(f'"compared_a,""b.{stat}"' for stat in ("min", "max", "mean", "count"))
        told = self.run_js("{ csvOf } from compare/points.js", body, {})
        self.assertEqual(
            told,
            [
                f"ts,{head},compared_ts,{other_head}",
                "110,1,1,1,1,10,5,5,5,1",
                ",,,,,20,6,6,6,1",
                "150,,,,,,,,,",
                "",
            ],
        )
        told = self.run_js("{ csvOf } from compare/points.js", body, {"stream": "web-2"})
        self.assertEqual(told[0], f"ts,{head},compared_stream,compared_ts,{other_head}")
        self.assertEqual(told[1], "110,1,1,1,1,web-2,10,5,5,5,1")
