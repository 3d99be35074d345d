"""Rows: stored as ticks are, and adding up to what all their ticks together would be."""

from __future__ import annotations

import math

from django.test import SimpleTestCase
from hypothesis import assume, given
from hypothesis import strategies as st

from ticks.archive.rollups.row import LARGEST, Row, Stat, merged, of_values, parse, start_of
from ticks.tick import head

numbers = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))


class RowTest(SimpleTestCase):
    def test_a_row_is_stored_as_a_tick_and_found_again(self) -> None:
        row = Row(17, 60.0, 3, {"cpu.percent": Stat(0.5, 2, 3.5, 3), "a.b": Stat(-1, -1, -1.0, 1)})
        line = row.line()
        self.assertEqual(head(line), (17, 60.0))
        self.assertEqual(
            line, b'{"t":17,"ts":60.0,"ticks":3,"fields":{"cpu.percent":[0.5,2,3.5,3],"a.b":[-1,-1,-1.0,1]}}'
        )
        self.assertEqual(list(parse(line + b"\n" + line + b"\n")), [row, row])

    def test_rows_add_up(self) -> None:
        first = Row(4, 60.0, 2, {"a": Stat(1, 3, 4.0, 2), "b": Stat(5, 5, 5.0, 1)})
        second = Row(9, 70.0, 5, {"a": Stat(0, 2, 2.0, 2), "c": Stat(7, 8, 15.0, 2)})
        fields = {"a": Stat(0, 3, 6.0, 4), "b": Stat(5, 5, 5.0, 1), "c": Stat(7, 8, 15.0, 2)}
        self.assertEqual(merged([first, second], 60), Row(9, 60.0, 7, fields))

    def test_a_step_begins_at_a_multiple_of_it_also_before_1970(self) -> None:
        self.assertEqual([start_of(ts, 10) for ts in (0, 9.999, 10, -0.5)], [0, 0, 10, -10])

    @given(st.lists(numbers, min_size=1), st.data())
    def test_parts_add_up_to_the_whole(self, values: list[float], data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(values)))
        parts = [of_values(part) for part in (values[:at], values[at:]) if part]
        whole = of_values(values)
        assume(all(abs(part.sum) < LARGEST for part in parts))  # a sum that is beyond is no longer one
        row = merged([Row(t, 0.0, part.number, {"a": part}) for t, part in enumerate(parts)], 1)
        (told,) = parse(row.line())
        stat = told.fields["a"]
        self.assertEqual((stat.min, stat.max, stat.number), (whole.min, whole.max, whole.number))
        self.assertTrue(math.isfinite(stat.sum))
        self.assertAlmostEqual(stat.sum, whole.sum, delta=1e-9 * max(map(abs, values)) * len(values))

    def test_a_sum_beyond_the_largest_number_is_that(self) -> None:
        self.assertEqual(of_values([1.7e308, 1.7e308]), Stat(1.7e308, 1.7e308, LARGEST, 2))
        self.assertEqual(of_values([-1.7e308, -1.7e308]).sum, -LARGEST)
