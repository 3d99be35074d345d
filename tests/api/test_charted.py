from __future__ import annotations

from typing import Any
from unittest import TestCase

import orjson

from ticks.api.rendering.chart import Chart
from ticks.api.rendering.charted import of_series, of_ticks


def lines(*ticks: tuple[int, float, Any]) -> list[bytes]:
    return [orjson.dumps({"t": t, "ts": ts, "v": value}) for t, ts, value in ticks]


def times(chart: Chart) -> list[list[float]]:
    return [[point.at for point in run] for run in chart.runs]


class TicksTest(TestCase):
    def runs(self, *ticks: tuple[int, float, Any], gaps: Any = ()) -> list[list[float]]:
        (chart,) = of_ticks(lines(*ticks), gaps, {}, 4)
        return times(chart)

    def test_the_first_numbers_are_shown_with_the_units_that_are_declared(self) -> None:
        records = [
            {
                "t": t,
                "ts": float(t),
                "name": "x",
                "on": True,
                "cpu": {"user": 1, "cores": [1, 2]},
                "b": 2,
                "c": 3,
                "d": 4,
            }
            for t in (1, 2)
        ]
        charts = of_ticks([orjson.dumps(record) for record in records], [], {"cpu.cores.*": {"unit": "%"}}, 4)
        named = [chart.name for chart in charts]
        self.assertEqual(named, ["cpu.user", "cpu.cores.0 (%)", "cpu.cores.1 (%)", "b"])
        self.assertEqual({(chart.start, chart.end) for chart in charts}, {(1.0, 2.0)})

    def test_a_missing_value_breaks_the_line(self) -> None:
        ticks = [(t, float(t), None if t == 3 else t) for t in range(1, 6)]
        self.assertEqual(self.runs(*ticks), [[1, 2], [4, 5]])

    def test_a_long_silence_breaks_the_line_and_what_is_usual_does_not(self) -> None:
        self.assertEqual(self.runs(*[(t, t * 60.0, t) for t in range(1, 4)]), [[60, 120, 180]])
        self.assertEqual(self.runs((1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 9, 0), (5, 10, 0)), [[1, 2, 3], [9, 10]])

    def test_a_gap_a_new_epoch_and_a_clock_set_back_break_the_line(self) -> None:
        self.assertEqual(self.runs((1, 1, 0), (2, 2, 0), (5, 3, 0), gaps=[{"next_t": 5}]), [[1, 2], [3]])
        self.assertEqual(self.runs((8, 1, 0), (9, 2, 0), (1, 3, 0), (2, 4, 0)), [[1, 2], [3, 4]])
        self.assertEqual(self.runs((1, 10, 0), (2, 11, 0), (3, 5, 0), (4, 6, 0)), [[10, 11], [5, 6]])

    def test_what_no_float_holds_is_left_out(self) -> None:
        huge = b'{"t":2,"ts":2.0,"v":1%s}' % (b"0" * 400)
        (chart,) = of_ticks([*lines((1, 1.0, 5)), huge, b"{damaged", *lines((3, 3.0, 7))], [], {}, 4)
        self.assertEqual([[point.mean for point in run] for run in chart.runs], [[5.0], [7.0]])

    def test_there_is_none_of_an_empty_page_or_of_one_without_numbers(self) -> None:
        self.assertEqual(of_ticks([], [], {}, 4), [])
        self.assertEqual(of_ticks(lines((1, 1.0, "text")), [], {}, 4), [])


class SeriesTest(TestCase):
    def chart(self, counts: list[int], width: float = 10.0) -> Chart:
        there = [float(at) if count else None for at, count in enumerate(counts)]
        column = {"min": there, "max": there, "mean": there, "count": counts}
        starts = [at * width for at in range(len(counts))]
        (chart,) = of_series(starts, width, {"cpu": column}, {"cpu": {"unit": "%"}}, 4)
        return chart

    def test_points_stand_in_the_middle_of_their_buckets(self) -> None:
        chart = self.chart([10, 10, 10])
        self.assertEqual((times(chart), chart.start, chart.end), ([[5.0, 15.0, 25.0]], 0.0, 30.0))
        self.assertEqual(chart.name, "cpu (%)")

    def test_one_empty_bucket_among_full_ones_is_a_hole(self) -> None:
        self.assertEqual(times(self.chart([10, 10, 0, 10])), [[5.0, 15.0], [35.0]])

    def test_buckets_that_are_narrower_than_the_ticks_lie_apart_are_not_all_holes(self) -> None:
        self.assertEqual(times(self.chart([1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1])), [[5, 25, 45], [115, 135]])

    def test_a_field_without_values_has_no_chart(self) -> None:
        column = {"min": [None], "max": [None], "mean": [None], "count": [0]}
        self.assertEqual(of_series([0.0], 1.0, {"x": column}, {}, 4), [])
