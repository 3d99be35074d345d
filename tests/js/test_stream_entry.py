"""What is known of a stream from the answers about it, and how that is put."""

from __future__ import annotations

from typing import Any

import pytest

from tests.js.modules import ModuleCase
from tests.js.pulses import BEGAN, EPOCH, told


@pytest.mark.browser
class KnownTest(ModuleCase):
    """What is known of a stream, and how it is put."""

    def pace(self, *answers: tuple[float, int, float], then: float = 0, epoch: str = EPOCH) -> dict[str, float]:
        """Of answers at a time that told an ordinal and when it was published, all in seconds after BEGAN + 1000."""
        body = """
            const pace = new Pace();
            for (const [now, n, ts] of arg.answers) pace.take(now, { epoch: arg.epoch, n, ts });
            return { rate: pace.rate, interval: pace.intervalS, quiet: pace.quietS(arg.then) };
        """
        start = BEGAN + 1000
        asked = [(start + now, n, start + ts) for now, n, ts in answers]
        argument = {"answers": asked, "then": start + then, "epoch": epoch}
        found: dict[str, float] = self.run_js("{ Pace } from streams/pace.js", body, argument)
        return {name: round(value, 3) if value == value else value for name, value in found.items()}

    def test_the_rate_is_that_of_the_ticks_between_answers(self) -> None:
        fast = self.pace((0, 100, 0), (2, 200, 2), (4, 300, 4), then=4.5)
        self.assertEqual(fast, {"rate": 50, "interval": 0.02, "quiet": 0.5})
        slow = self.pace(*((at, 5 + at // 10, at // 10 * 10) for at in range(0, 62, 2)), then=65)
        self.assertEqual(slow, {"rate": 0.1, "interval": 10, "quiet": 5})

    def test_before_two_ticks_were_seen_the_epochs_mean_serves_for_the_interval_alone(self) -> None:
        found = self.pace((0, 100, 0), (2, 100, 0), then=2)
        self.assertEqual((found["interval"], found["quiet"]), (10, 2))
        self.assertNotEqual(found["rate"], found["rate"], "not a number")

    def test_a_standstill_counts_for_nothing_once_it_is_over(self) -> None:
        found = self.pace((0, 100, 0), (2, 120, 2), (4, 120, 2), (60, 120, 2), (62, 140, 62), (64, 160, 64))
        self.assertEqual(found["rate"], 10)

    def test_another_epoch_begins_anew(self) -> None:
        body = """
            const pace = new Pace();
            for (const [now, epoch, n] of arg) pace.take(now, { epoch, n, ts: now });
            return pace.rate;
        """
        answers = [(0, EPOCH, 5000), (2, EPOCH, 5100), (4, f"{EPOCH[:-1]}e", 3), (6, f"{EPOCH[:-1]}e", 23)]
        self.assertEqual(self.run_js("{ Pace } from streams/pace.js", body, answers), 10)

    def test_a_producers_wrong_clock_is_not_believed(self) -> None:
        for ahead in (-3600, 3600):
            found = self.pace((0, 100, ahead), (2, 120, ahead + 2), then=2)
            self.assertTrue(0 <= found["quiet"] <= 2, found)
            later = self.pace((0, 100, ahead), (2, 120, ahead + 2), (30, 120, ahead + 2), then=30)
            self.assertTrue(28 <= later["quiet"] <= 30, later)

    def state(self, *answers: tuple[float, dict[str, Any]]) -> list[str]:
        """State, settled state and note after answers, each at so many seconds after the first one."""
        body = """
            const entry = new Entry("rig");
            for (const [now, told] of arg) told === null ? entry.lose() : entry.take(told, now);
            return [entry.state, entry.settled, entry.note];
        """
        asked = [(BEGAN + 1000 + now, answer) for now, answer in answers]
        found: list[str] = self.run_js("{ Entry } from streams/entry.js", body, asked)
        return found

    def test_states(self) -> None:
        up, down = told("rig"), told("rig", producer="down")
        on, on_down = told("rig", 120, ts=BEGAN + 1002), told("rig", 120, ts=BEGAN + 1002, producer="down")
        for name, answers, expected in (
            ("live", [(0, up), (2, on)], ["live", "live", ""]),
            ("slow, not for long yet", [(0, up), (2, on), (4, on)], ["slow", "live", ""]),
            ("stale", [(0, up), (2, on), (8, on), (10, on)], ["stale", "stale", ""]),
            ("left", [(0, up), (2, on), (4, on_down), (6, on_down)], ["offline", "offline", "no producer"]),
            ("left, and found so", [(0, down)], ["offline", "offline", "no producer"]),
            ("ticks come without a lease", [(0, down), (2, on_down)], ["live", "offline", ""]),
            ("empty", [(0, told("rig", None))], ["empty", "empty", ""]),
            ("empty, and left", [(0, told("rig", None, producer="down"))], ["empty", "empty", ""]),
            ("deleted", [(0, up), (2, on), (4, None), (6, None)], ["gone", "gone", ""]),
        ):
            with self.subTest(name):
                self.assertEqual(self.state(*answers), expected)

    def test_a_stream_that_only_the_archive_knows_is_not_called_empty(self) -> None:
        body = """
            const entry = new Entry("rig");
            const told = { n: null, epoch: null, ts: null, producer: arg, public: true, description: "" };
            entry.take(told, 1000);
            entry.learn(400, 1);
            entry.take(told, 1002);
            return [entry.state, entry.ageS(1002)];
        """
        for producer, state in (("down", "offline"), ("up", "stale")):
            self.assertEqual(self.run_js("{ Entry } from streams/entry.js", body, producer), [state, 602])

    def test_order_and_count(self) -> None:
        body = """
            const entryOf = ([name, settled]) => ({ name, settled, description: `of ${name}` });
            const entries = Object.entries(arg).map(entryOf);
            const names = (by) => module.ordered(entries, by).map(({ name }) => name);
            const counts = [...module.tally(entries.map(({ settled }) => settled))];
            const found = ["", "RIG", "rig of", "rig nothing"].map((words) => module.matches(entries[0], words));
            return [names("state"), names("name"), counts, found];
        """
        states = {"rig": "live", "c": "offline", "b": "empty", "a": "live", "d": "stale"}
        self.assertEqual(
            self.run_js("module from streams/entry.js", body, states),
            [
                ["c", "d", "b", "a", "rig"],
                ["a", "b", "c", "d", "rig"],
                [["offline", 1], ["stale", 1], ["empty", 1], ["live", 2]],
                [True, True, True, False],
            ],
        )

    def test_the_past_is_in_ticks_a_second_without_the_bucket_that_is_being_filled(self) -> None:
        body = "return pastOf(arg, 'v', 7);"
        series = {
            "ts": [0, 20, 40, 60, 80],
            "width_s": 20,
            "to_ts": 100,
            "fields": {"v": {"count": [0, 10, 20, 10, 1]}},
        }
        past = self.run_js("{ pastOf } from streams/past.js", body, series)
        self.assertEqual((past["ts"], past["rates"]), ([10, 30, 50, 70], [0, 0.5, 1, 0.5]))
        self.assertEqual((past["from"], past["to"], past["lastTs"]), (0, 80, 7))
        self.assertAlmostEqual(past["intervalS"], 60 / 35.5)

    def test_icons_differ_by_shape_and_carry_the_count(self) -> None:
        body = """
            const icons = Object.keys(health.STATES).map((state) => module.iconOf(state, 12));
            const texts = icons.filter(Boolean).map((icon) => decodeURIComponent(icon.split(",")[1]));
            const images = texts.map((text) => new DOMParser().parseFromString(text, "image/svg+xml"));
            const shape = (image) => image.querySelector("g").innerHTML;
            return [new Set(images.map(shape)).size, images.map((image) => image.querySelector("text").textContent),
                images.some((image) => image.querySelector("parsererror")), module.iconOf("live", 3)];
        """
        imports = "const health = await import('/static/ticks/fresh/health.js');"
        shapes, counts, is_broken, live = self.run_js("module from look/favicon.js", imports + body)
        self.assertEqual((shapes, set(counts), is_broken, live), (7, {"9+"}, False, None))
