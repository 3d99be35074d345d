from __future__ import annotations

import gzip
from datetime import datetime
from typing import Any

import pytest

from tests.js.modules import SITE, ModuleCase


@pytest.mark.browser
class GunzipTest(ModuleCase):
    def unpack(self, packed: bytes) -> str:
        body = """
            const bytes = Uint8Array.from(arg);
            return gunzip(bytes, 100000).catch((error) => `refused: ${error.constructor.name}`);
        """
        unpacked: str = self.run_js("{ gunzip } from feed/gunzip.js", body, list(packed))
        return unpacked

    def test_one_member_is_unpacked(self) -> None:
        self.assertEqual(self.unpack(gzip.compress("größer".encode())), "größer")

    def test_damage_is_refused_and_leaves_no_unhandled_error(self) -> None:
        good = gzip.compress(b"x" * 5000)
        for name, packed in {
            "no gzip": b"hello",
            "cut": good[:-6],
            "wrong checksum": good[:-8] + b"\0\0\0\0" + good[-4:],
            "something behind it": good + b"!",
            "not UTF-8": gzip.compress(b"\xff\xfe"),
        }.items():
            with self.subTest(name):
                self.assertEqual(self.unpack(packed), "refused: TypeError")
        self.page.wait_for_timeout(50)
        self.assertEqual(self.errors, [])

    def test_a_bomb_is_refused(self) -> None:
        self.assertEqual(self.unpack(gzip.compress(b"0" * 2_000_000)), "refused: RangeError")


@pytest.mark.browser
class UnitsTest(ModuleCase):
    def test_quantities(self) -> None:
        write = "const scale = scaleFor(...arg); return [number(arg[1], scale), scale.suffix].join(' ').trimEnd();"
        for unit, value, digits, written in (
            ("%", 12.345, 1, "12.3 %"),
            ("B", 1536, None, "1.50 KiB"),
            ("B", 16 * 2**30, None, "16.0 GiB"),
            ("B/s", 999, None, "999 B/s"),
            ("bits", 125_000, None, "1.00 Mb/s"),
            ("bits", 0, None, "0 b/s"),
            ("", 0.5, 2, "0.50"),
            ("", 999_999, None, "1.00 M"),
            ("", -46_589, None, "−46.6 k"),
            ("°C", 45.4, None, "45 °C"),
            ("s", 0.25, None, "0.250 s"),
            ("s", 73_026, None, "20.3 h"),
            ("", 0.000399, None, "0.000399"),
            ("", 9e-9, None, "9.00e−9"),
            ("V", -4.5e-7, None, "−4.50e−7 V"),
            ("", 0, None, "0"),
            ("", 1e300, None, "1.00e300"),
            ("", 1.79e18, None, "1.79e18"),
            ("", 179e15, None, "179 P"),
            ("W", 15_000_000, None, "15.0 MW"),
            ("Hz", 2.4e9, None, "2.40 GHz"),
            ("widgets", 9_990_000, None, "9,990,000 widgets"),
            ("widgets", 12_000_000, None, "1.20e7 widgets"),
            ("B", 2.0**70, None, "1.18e21 B"),
        ):
            with self.subTest(unit=unit, value=value):
                argument = [unit, value] if digits is None else [unit, value, digits]
                self.assertEqual(self.run_js("{ scaleFor, number } from look/units.js", write, argument), written)

    def test_a_small_number_on_an_ordinary_scale_is_rounded_and_a_bare_huge_one_is_not_spelt_out(self) -> None:
        body = "return [number(1e-9, scaleFor('', 3)), number(1e-9, scaleFor('', 1e-8)), decimal(1e300, 2)];"
        written = self.run_js("{ scaleFor, number, decimal } from look/units.js", body)
        self.assertEqual(written, ["0.000", "1.00e−9", "1.00e300"])


TIME_LABELS = """
    const starts = arg.dates.map((parts) => new Date(...parts).getTime() / 1000);
    return timeAxis().values(null, starts, 0, 0, arg.step);
"""
VALUE_LABELS = """
    const { scaleFor } = await import("/static/ticks/look/units.js");
    const axis = valueAxis(() => scaleFor(arg.unit, arg.high));
    axis.incrs(null, 1, arg.low, arg.high, 160);
    const labels = axis.values(null, axis.splits(null, 1, arg.low, arg.high));
    return { labels, width: axis.size(null, labels) };
"""


@pytest.mark.browser
class AxesTest(ModuleCase):
    def setUp(self) -> None:
        super().setUp()
        self.page.clock.set_fixed_time(datetime(2026, 11, 22, 12, 30).astimezone())

    def time_labels(self, step: float, *dates: tuple[float, ...]) -> list[str]:
        labels: list[str] = self.run_js(
            "{ timeAxis } from look/axes.js", TIME_LABELS, {"dates": [list(date) for date in dates], "step": step}
        )
        return labels

    def value_labels(self, low: float, high: float, unit: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.run_js(
            "{ valueAxis } from look/axes.js", VALUE_LABELS, {"low": low, "high": high, "unit": unit}
        )
        return found

    def test_days_have_their_date_and_months_their_year(self) -> None:
        days = self.time_labels(86400, (2025, 11, 30), (2025, 11, 31), (2026, 0, 1), (2026, 0, 2))
        self.assertEqual(days, ["Dec 30, 2025", "Dec 31", "Jan 1, 2026", "Jan 2"])
        self.assertEqual(self.time_labels(86400, (2026, 10, 16), (2026, 10, 17)), ["Nov 16", "Nov 17"])
        months = self.time_labels(60 * 86400, (2025, 11, 1), (2026, 1, 1), (2026, 3, 1))
        self.assertEqual(months, ["Dec 2025", "Feb 2026", "Apr 2026"])

    def test_a_clock_has_its_date_where_it_changes_and_first_where_it_is_not_todays(self) -> None:
        today = self.time_labels(60, (2026, 10, 22, 9, 5), (2026, 10, 22, 9, 6))
        self.assertEqual(today, ["09:05", "09:06"])
        night = self.time_labels(300, (2026, 10, 20, 23, 55), (2026, 10, 21), (2026, 10, 21, 0, 5))
        self.assertEqual(night, ["Nov 20, 23:55", "Nov 21", "00:05"])
        late = self.time_labels(21600, (2026, 10, 21, 19), (2026, 10, 22, 1))
        self.assertEqual(late, ["Nov 21, 19:00", "Nov 22, 01:00"])
        self.assertEqual(
            self.time_labels(10, (2026, 10, 20, 9, 5, 10), (2026, 10, 20, 9, 5, 20)), ["Nov 20", "09:05:20"]
        )
        self.assertEqual(self.time_labels(60, (2025, 10, 20, 9, 5), (2025, 10, 20, 9, 6)), ["Nov 20, 2025", "09:06"])

    def test_below_a_second_labels_differ(self) -> None:
        labels = self.time_labels(0.2, (2026, 10, 22, 9, 5, 10, 200), (2026, 10, 22, 9, 5, 10, 400))
        self.assertEqual(labels, ["09:05:10.200", "09:05:10.400"])

    def test_small_and_large_values_have_round_steps_and_labels_that_differ_and_fit(self) -> None:
        for low, high, unit, labels in (
            (0, 1e-8, "", ["0", "2e−9", "4e−9", "6e−9", "8e−9", "1.0e−8"]),
            (0, 6e300, "", ["0", "1e300", "2e300", "3e300", "4e300", "5e300", "6e300"]),
            (-1e-40, 1e-40, "", ["−1.0e−40", "−5e−41", "0", "5e−41", "1.0e−40"]),
            (0, 600, "", ["0", "100", "200", "300", "400", "500", "600"]),
            (0, 1.5, "", ["0.00", "0.25", "0.50", "0.75", "1.00", "1.25", "1.50"]),
            (22.7 * 3600, 22.71 * 3600, "s", ["22.700", "22.702", "22.704", "22.706", "22.708", "22.710"]),
            (0, 16 * 2**30, "B", ["0", "4", "8", "12", "16"]),
        ):
            with self.subTest(high=high):
                found = self.value_labels(low, high, unit)
                self.assertEqual(found["labels"], labels)
                self.assertGreaterEqual(found["width"], 6 * max(map(len, labels)))
        self.assertEqual(self.value_labels(0, 600)["width"], self.value_labels(-100, 100)["width"])

    def test_a_value_that_never_changes_has_an_axis_around_it_however_small_or_large_it_is(self) -> None:
        body = """
            const { scaleFor } = await import("/static/ticks/look/units.js");
            return arg.map((value) => new CalmRange().fit(value, value, scaleFor("", value), 0));
        """
        values = [9e-9, 0.02, 22.8, 12_349.0, 1.79e18, 1e300, -1e300]
        ranges = self.run_js("{ CalmRange } from look/yrange.js", body, values)
        for value, (low, high) in zip(values, ranges, strict=True):
            with self.subTest(value=value):
                self.assertLess(low, value)
                self.assertLess(value, high)
                self.assertLess(high - low, abs(value))


RISE = """
    const host = document.body.appendChild(document.createElement("div"));
    host.style.cssText = "width: 600px; height: 200px;";
    const panel = { unit: "s", fromZero: false, title: "Uptime" };
    const plot = new Plot(host, panel, { onCursor() {}, attach: () => () => {} });
    const field = { path: "uptime" };
    plot.build([{ label: "uptime", field }]);
    const sight = { from: 0, to: 100, gaps: [], patience: 20, isBanded: false };
    const x = Float64Array.from({ length: 11 }, (_, i) => i * 10);
    const rising = x.map((at) => 81720 + 3.6 * at);
    const counts = x.map(() => 1);
    const full = { x, min: [rising], max: [rising], mean: [rising], count: [counts], isWhole: true };
    const empty = { x: new Float64Array(0), min: [[]], max: [[]], mean: [[]], count: [[]], isWhole: true };
    const height = () => {
        const canvas = host.querySelector("canvas");
        const { width, height, data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const rows = new Set();
        for (let at = 0; at < width * height; at += 1) {
            const [red, green, blue, alpha] = data.slice(at * 4, at * 4 + 4);
            const isLine = alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60;
            if (isLine && at % width > 60) rows.add(Math.floor(at / width));
        }
        return rows.size;
    };
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
"""


@pytest.mark.browser
class EmptyPlotTest(ModuleCase):
    def plot(self, body: str) -> Any:
        for style in ("colors", "monitor"):
            self.page.add_style_tag(url=f"{SITE}/static/ticks/styles/{style}.css")
        self.page.add_style_tag(url=f"{SITE}/static/vendor/uplot/uPlot.min.css")
        self.page.add_script_tag(url=f"{SITE}/static/vendor/uplot/uPlot.iife.min.js")
        return self.run_js("{ Plot } from board/chart/plot.js", RISE + body)

    def test_an_empty_picture_leaves_no_mark_on_the_axis_of_the_next(self) -> None:
        body = "plot.draw(empty, sight); await drawn(); plot.draw(full, sight); await drawn(); return height();"
        self.assertGreater(self.plot(body), 80)

    def test_the_cursor_is_in_no_row_that_is_no_more(self) -> None:
        body = """
            plot.draw(full, sight);
            await drawn();
            uPlot.sync("ticks").plots[0].setCursor({ left: plot.leftOf(95), top: 5 });
            const before = plot.cursor.row;
            const rows = (values) => values.map((one) => one.slice(0, 3));
            const [[min], [max], [mean], [count]] = [full.min, full.max, full.mean, full.count].map(rows);
            const fewer = { x: x.slice(0, 3), min: [min], max: [max], mean: [mean], count: [count], isWhole: true };
            plot.draw(fewer, sight);
            return [before, plot.cursor.row];
        """
        self.assertEqual(self.plot(body), [9, None])

    def test_where_there_is_nothing_the_unit_stays(self) -> None:
        body = """
            plot.draw(full, sight);
            await drawn();
            const before = plot.scale.suffix;
            plot.settle();
            plot.draw(empty, sight);
            await drawn();
            return [before, plot.scale.suffix];
        """
        self.assertEqual(self.plot(body), ["h", "h"])
