from __future__ import annotations

import re
from unittest import TestCase
from xml.etree import ElementTree

from ticks.api.rendering.chart import HEIGHT, MARGIN, WIDTH, Chart, Point, colored, number, period

PLACE = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def at(*places: tuple[float, float]) -> list[Point]:
    return [Point(x, y, y, y) for x, y in places]


def path(chart: Chart, name: str) -> str:
    """The `d` of the path of this class."""
    found = ElementTree.fromstring(chart.svg()).find(f"path[@class='chart-{name}']")
    assert found is not None
    return found.attrib["d"]


class LineTest(TestCase):
    def test_it_goes_from_corner_to_corner_of_its_range(self) -> None:
        chart = Chart("cpu", "%", 100.0, 200.0, [at((100, 3), (150, 4), (200, 5))])
        self.assertEqual(path(chart, "line"), f"M0.0,{HEIGHT - MARGIN:.1f}L500.0,50.0L{WIDTH:.1f},{MARGIN:.1f}")
        self.assertEqual(path(chart, "band"), "")

    def test_a_hole_is_not_bridged_and_a_point_alone_is_a_dot(self) -> None:
        chart = Chart("cpu", "", 0.0, 10.0, [at((0, 1), (2, 2)), at((5, 3)), at((9, 1), (10, 2))])
        line = path(chart, "line")
        self.assertEqual(line.count("M"), 3)
        self.assertIn("M500.0,4.0h0M", line)
        self.assertIn("2 holes", chart.said)

    def test_a_band_goes_out_over_the_largest_and_comes_back_under_the_least(self) -> None:
        chart = Chart("cpu", "", 0.0, 10.0, [[Point(0, 0, 5, 10), Point(10, 2, 5, 8)]])
        self.assertEqual(path(chart, "band"), "M0.0,4.0L1000.0,22.4L1000.0,77.6L0.0,96.0Z")
        self.assertEqual(path(chart, "line"), "M0.0,50.0L1000.0,50.0")
        self.assertEqual((chart.least, chart.most), (0, 10))

    def test_any_finite_values_stay_within_the_drawing(self) -> None:
        for low, high in ((-1.7e308, 1.7e308), (5.0, 5.0), (0.0, 5e-324), (-1e-300, 1e300)):
            with self.subTest((low, high)):
                chart = Chart("x", "", 7.0, 7.0, [at((7, low), (7, high))])
                for x, y in PLACE.findall(path(chart, "line")):
                    self.assertTrue(0 <= float(x) <= WIDTH and MARGIN <= float(y) <= HEIGHT - MARGIN)


class WordsTest(TestCase):
    def test_it_says_what_it_shows_and_a_name_can_not_leave_its_title(self) -> None:
        chart = Chart("</title><script>alert('1')</script>\"&", "°C", 0.0, 60.0, [at((0, 1), (60, 2.5))])
        svg = chart.svg()
        root = ElementTree.fromstring(svg)
        self.assertEqual(root.attrib["role"], "img")
        self.assertEqual(
            root.findtext("title"),
            "</title><script>alert('1')</script>\"& (°C): least 1 °C, largest 2.5 °C, "
            "from 1970-01-01 00:00:00 to 00:01:00 UTC, no hole",
        )
        self.assertNotIn("<script", svg)
        self.assertNotIn("style=", svg)

    def test_a_long_name_is_cut(self) -> None:
        self.assertEqual(len(Chart("x" * 400, "", 0.0, 1.0, [at((0, 1))]).name), 120)

    def test_numbers_have_six_figures_and_bytes_their_magnitude(self) -> None:
        for value, unit, written in (
            (0.0, "", "0"),
            (12.345678, "%", "12.3457 %"),
            (1234567.8, "", "1,234,570"),
            (1e300, "", "1e+300"),
            (-1e-9, "", "-1e-09"),
            (1023.0, "B", "1,023 B"),
            (5e9, "B", "4.657 GiB"),
            (-3000.0, "B/s", "-2.93 KiB/s"),
            (1e30, "B", "1e+30 B"),
        ):
            with self.subTest(value):
                self.assertEqual(number(value, unit), written)

    def test_a_period_names_its_second_day_only_where_it_is_another(self) -> None:
        self.assertEqual(period(1e9, 1e9 + 300), "from 2001-09-09 01:46:40 to 01:51:40 UTC")
        self.assertEqual(period(1e9, 1e9 + 1e6), "from 2001-09-09 01:46:40 to 2001-09-20 15:33:20 UTC")
        self.assertEqual(period(1e30, 2e30), "from 1e+30 to 2e+30 UTC")


class ColorTest(TestCase):
    def test_a_field_keeps_its_colour_and_no_two_of_a_page_have_the_same(self) -> None:
        charts = [Chart(f"field{i}", "", 0.0, 1.0, [at((0, 1))]) for i in range(8)]
        colors = [chart.color for chart in colored(charts)]
        self.assertEqual(sorted(colors), list(range(8)))
        self.assertEqual(colored(charts[:1])[0].color, colors[0])
        self.assertEqual(len(colored(charts * 2)), 16)
