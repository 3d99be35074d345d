"""The cascade: each step's rows are made of those of the step before, and nothing is counted twice."""

from __future__ import annotations

from django.test import SimpleTestCase

from tests.support.lines import encode
from ticks.archive.rollups.cascade import Cascade, Seen, rows_of
from ticks.archive.rollups.levels import STEPS
from ticks.archive.rollups.row import Row, Stat


def lines(*clock: float, first_t: int = 1) -> bytes:
    """Ticks made at these times, whose `a` is their `t`."""
    return b"".join(encode({"a": t}, t, ts) + b"\n" for t, ts in enumerate(clock, first_t))


def short(made: list[tuple[int, Row]]) -> list[tuple[int, int, float, int, float]]:
    return [(step, row.t, row.ts, row.ticks, row.fields["a"].sum) for step, row in made]


class CascadeTest(SimpleTestCase):
    def test_a_row_is_complete_when_a_tick_of_another_step_comes(self) -> None:
        cascade = Cascade()
        cascade.feed(lines(0, 0.5, 1.0, 9.5))
        self.assertEqual(short(cascade.made), [(1, 2, 0, 2, 3), (1, 3, 1, 1, 3)])
        cascade.made.clear()
        cascade.feed(lines(10.0, first_t=5))
        self.assertEqual(short(cascade.made), [(1, 4, 9, 1, 4), (10, 4, 0, 4, 10)])

    def test_an_hour_gives_rows_of_each_step(self) -> None:
        cascade = Cascade()
        cascade.feed(lines(*(at / 2 for at in range(2 * 3600 + 1))))
        made = [step for step, _ in cascade.made]
        self.assertEqual([made.count(step) for step in STEPS], [3600, 360, 60, 6, 1])
        (hour,) = (row for step, row in cascade.made if step == 3600)
        self.assertEqual(hour, Row(7200, 0.0, 7200, {"a": Stat(1, 7200, 7200 * 7201 / 2, 7200)}))

    def test_the_clock_may_step_back_and_nothing_is_lost(self) -> None:
        cascade = Cascade()
        cascade.feed(lines(100, 101, 30, 31, 100))
        cascade.finish()
        minutes = [(row.t, row.ts, row.ticks) for step, row in cascade.made if step == 60]
        self.assertEqual(minutes, [(2, 60, 2), (4, 0, 2), (5, 60, 1)])

    def test_rows_finer_than_asked_for_are_not_made(self) -> None:
        cascade = Cascade(10)
        cascade.feed(lines(0, 5, 10, 60))
        self.assertEqual([(step, row.t) for step, row in cascade.made], [(10, 2), (10, 3), (60, 3)])

    def test_to_make_finer_ones_from_here_on_loses_nothing_and_no_more_either(self) -> None:
        cascade = Cascade(10)
        cascade.feed(lines(0, 1))
        cascade.refine(1)
        cascade.feed(lines(2, 3, 3, first_t=3))
        cascade.refine(10)
        cascade.feed(lines(4, 11, first_t=6))
        self.assertEqual(short(cascade.made), [(1, 3, 2, 1, 3), (1, 5, 3, 2, 9), (10, 6, 0, 6, 21)])

    def test_it_goes_on_with_what_is_not_yet_part_of_a_row(self) -> None:
        whole = Cascade()
        whole.feed(lines(*(at / 2 for at in range(300))))
        whole.finish()
        half = Cascade()
        half.feed(lines(*(at / 2 for at in range(170))))  # to 84.5 s
        through = {step: max((row.t for made, row in half.made if made == step), default=-1) for step in STEPS}
        other = Cascade(1, through)
        for step, finer in zip(reversed(STEPS), list(reversed(STEPS))[1:], strict=False):
            for row in [row for made, row in half.made if made == finer and row.t > through[step]]:
                other.resume(step, row)
        other.feed(lines(*(at / 2 for at in range(through[1], 300)), first_t=through[1] + 1))
        other.finish()
        self.assertEqual(sorted(half.made + other.made), sorted(whole.made))

    def test_rows_that_were_made_before_are_not_made_again(self) -> None:
        cascade = Cascade(1, {1: -1, 10: 3, 60: 3, 600: 3, 3600: 3})
        cascade.feed(lines(0, 1, 9, 12, 13))
        cascade.finish()
        self.assertEqual([(s, r.t, r.ticks) for s, r in cascade.made if s > 1][:2], [(10, 5, 2), (60, 5, 2)])

    def test_fields_are_seen_from_when_to_when(self) -> None:
        cascade = Cascade()
        cascade.feed(lines(5.5, 6, 7.25))
        cascade.finish()
        self.assertEqual(cascade.seen, {"a": Seen("number", 5.5, 7.25)})

    def test_a_line_that_is_damaged_is_passed_over(self) -> None:
        damaged = lines(0, 0.5, 0.75).replace(b'"a":2', b'"a":?')
        self.assertEqual(rows_of(damaged, 1), [Row(3, 0.0, 2, {"a": Stat(1, 3, 4.0, 2)})])
