"""The judge finds every kind of lie, and none where there is none."""

from __future__ import annotations

from pathlib import Path
from unittest import TestCase

from tests.oracle.history import Broken, Closed, Cursor, Event, Gap, Hello, Opened, Tick
from tests.oracle.judge import judge
from tests.oracle.log import Log

OLD, NEW = "0mwpx6cq0aaaa", "0mwpx6cq1aaaa"
START: list[Event] = [Opened(None), Hello(Cursor(OLD, 0))]


def crc(epoch: str, t: int) -> int:
    return t if epoch == OLD else 1000 + t


def ticks(*ts: int, epoch: str = OLD) -> list[Event]:
    return [Tick(epoch, t, crc(epoch, t)) for t in ts]


def plain(*ts: int, of: str = OLD) -> list[Event]:
    """As one receives them to whom nobody named the epoch."""
    return [Tick(None, t, crc(of, t)) for t in ts]


class JudgeCase(TestCase):
    """The log: 1-10 and 20-25 of an epoch (a source may leave out numbers), then 1-5 of another."""

    def setUp(self) -> None:
        self.log = Log(Path("/nowhere"))
        for t in (*range(1, 11), *range(20, 26)):
            self.log.add(OLD, t, crc(OLD, t))
        self.old = len(self.log)
        for t in range(1, 6):
            self.log.add(NEW, t, crc(NEW, t))

    def judge(
        self, history: list[Event], *, until: int | None = None, reasons: tuple[str, ...] = (), start: int | None = None
    ) -> list[str]:
        return judge(self.log, history, until=until, reasons=reasons, start=start)

    def assert_found(self, words: str, history: list[Event], **options: object) -> None:
        (found,) = self.judge(history, **options)  # type: ignore[arg-type]
        self.assertIn(words, found)


class HonestTest(JudgeCase):
    def assert_fine(self, history: list[Event], **options: object) -> None:
        self.assertEqual(self.judge(history, **options), [])  # type: ignore[arg-type]

    def test_every_tick_once_in_order_is_fine(self) -> None:
        self.assert_fine([*START, *ticks(*range(1, 11), *range(20, 26))], until=self.old)

    def test_a_start_at_the_newest_is_fine(self) -> None:
        self.assert_fine([Opened(None), Hello(Cursor(OLD, 9)), *ticks(10, 20)])
        self.assert_fine([Opened(None), *plain(10, 20)])

    def test_a_connection_that_was_cut_and_came_back_is_fine(self) -> None:
        cut: list[Event] = [
            Closed(None),
            Opened(Cursor(OLD, 2)),
            Hello(Cursor(OLD, 2)),
            Closed(1012),
            Opened(Cursor(OLD, 2)),
        ]
        self.assert_fine([*START, *ticks(1, 2), *cut, Hello(Cursor(OLD, 2)), *ticks(3)], until=3)

    def test_who_came_before_the_first_tick_gets_all(self) -> None:
        self.assert_fine([Opened(None), Hello(None), Hello(Cursor(OLD, -1)), *ticks(1, 2)])

    def test_who_was_cut_before_it_had_a_cursor_begins_once_more(self) -> None:
        self.assert_fine([Opened(None), Hello(None), Closed(None), Opened(None), Hello(Cursor(OLD, 4)), *ticks(5)])
        self.assert_fine([Opened(None), Closed(None), Opened(None), *plain(5)])

    def test_an_exact_gap_is_fine(self) -> None:
        gap = Gap(8, 22, 4, "slow")
        self.assert_fine([*START, *ticks(*range(1, 9)), gap, *ticks(22, 23)], reasons=("slow",))

    def test_two_gaps_in_a_row_are_fine(self) -> None:
        gaps: list[Event] = [Gap(2, 5, 2, "expired"), Gap(4, 8, 3, "lost")]
        self.log.lost = frozenset(range(4, 7))
        self.assert_fine([*START, *ticks(1, 2), *gaps, *ticks(8)], reasons=("expired", "lost"))

    def test_a_new_epoch_that_was_told_is_fine(self) -> None:
        old = [*range(1, 11), *range(20, 26)]
        whole = [*START, *ticks(*old), Gap(25, 1, 0, "epoch", NEW), *ticks(1, 2, 3, 4, 5, epoch=NEW)]
        self.assert_fine(whole, reasons=("epoch",), until=len(self.log))
        later = [*START, *ticks(*old), Gap(25, 3, 2, "epoch", NEW), *ticks(3, epoch=NEW)]
        self.assert_fine(later, reasons=("epoch",))
        unnamed = [Opened(None), *plain(*old), Gap(25, 1, 0, "epoch", NEW), *ticks(1, epoch=NEW)]
        self.assert_fine(unnamed, reasons=("epoch",), start=0)


class OrderTest(JudgeCase):
    def test_a_tick_twice_is_found(self) -> None:
        self.assert_found("2 came again", [*START, *ticks(1, 2, 2, 3)])
        self.assert_found("2 came again", [Opened(None), *plain(1, 2, 2, 3)])

    def test_a_tick_twice_over_two_connections_is_found(self) -> None:
        again: list[Event] = [Closed(None), Opened(Cursor(OLD, 2)), Hello(Cursor(OLD, 2))]
        self.assert_found("2 came again", [*START, *ticks(1, 2), *again, *ticks(2, 3)])

    def test_a_reorder_is_found(self) -> None:
        findings = self.judge([*START, *ticks(1, 3, 2, 4)])
        self.assertEqual(len(findings), 2)
        self.assertIn("3 came, 1 ticks from", findings[0])
        self.assertIn("2 came again, or late", findings[1])


class CompletenessTest(JudgeCase):
    def test_a_tick_that_is_left_out_in_silence_is_found(self) -> None:
        self.assert_found("5 came, 2 ticks from 0mwpx6cq0aaaa:3 on are left out", [*START, *ticks(1, 2, 5)])
        self.assert_found("5 came, 2 ticks from 0mwpx6cq0aaaa:3 on are left out", [Opened(None), *plain(1, 2, 5)])

    def test_numbers_that_the_source_left_out_are_not_missing_but_what_stands_behind_them_is(self) -> None:
        self.assert_found("21 came, 1 ticks from", [*START, *ticks(*range(1, 11), 21)])

    def test_the_first_tick_after_the_first_cursor_left_out_is_found(self) -> None:
        self.assert_found("left out", [*START, *ticks(2)])
        self.assert_found("left out", [Opened(None), *plain(2)], start=0)

    def test_a_gap_that_comes_after_the_next_tick_is_found(self) -> None:
        findings = self.judge([*START, *ticks(1, 5), Gap(1, 5, 3, "slow"), *ticks(6)], reasons=("slow",))
        self.assertIn("left out in silence", findings[0])
        self.assertTrue(any("it stood before" in one for one in findings[1:]), findings)

    def test_an_end_that_never_came_is_found(self) -> None:
        self.assert_found("14 ticks from 0mwpx6cq0aaaa:3 on did not come", [*START, *ticks(1, 2)], until=self.old)
        self.assert_found("nothing at all", [Opened(None)], until=1)

    def test_an_epoch_that_begins_without_a_word_is_found(self) -> None:
        old = plain(*range(1, 11), *range(20, 26))
        self.assert_found("of another epoch", [Opened(None), *old, *plain(1, of=NEW)])

    def test_a_hello_with_another_cursor_than_was_asked_for_is_found(self) -> None:
        back: list[Event] = [Closed(None), Opened(Cursor(OLD, 2)), Hello(Cursor(OLD, 3))]
        findings = self.judge([*START, *ticks(1, 2), *back, *ticks(4)])
        self.assertIn("asked for 0mwpx6cq0aaaa:2, hello says 0mwpx6cq0aaaa:3", findings[0])
        self.assertIn("left out in silence", findings[1])

    def test_a_hello_that_begins_in_the_middle_for_who_asked_for_all_is_found(self) -> None:
        findings = self.judge([Opened(None), Hello(Cursor(OLD, 3)), *ticks(4)], start=0)
        self.assertIn("it is to begin with", findings[0])


class GapTest(JudgeCase):
    def found(self, gap: Gap, *after: Event, reasons: tuple[str, ...] = ("slow",)) -> list[str]:
        return self.judge([*START, *ticks(1, 2), gap, *after], reasons=reasons)

    def assert_lie(self, words: str, gap: Gap, *after: Event, reasons: tuple[str, ...] = ("slow",)) -> None:
        (found,) = self.found(gap, *after, reasons=reasons)
        self.assertIn(words, found)

    def test_a_count_too_small_or_too_large_is_found(self) -> None:
        for count in (0, 1, 3):
            with self.subTest(count=count):
                findings = self.found(Gap(2, 5, count, "slow"), *ticks(5))
                self.assertIn("2 were written from 0mwpx6cq0aaaa:3 on", findings[0])

    def test_a_count_that_counts_numbers_instead_of_ticks_is_found(self) -> None:
        self.assert_lie("10 were written", Gap(2, 22, 19, "slow"), *ticks(22))

    def test_a_tick_that_comes_although_it_was_declared_missing_is_found(self) -> None:
        self.assert_lie("4 came although a gap had named it", Gap(2, 5, 2, "slow"), *ticks(4, 5))
        self.assert_lie("4 came although a gap had named it", Gap(2, 5, 2, "slow"), *ticks(5, 4))

    def test_a_gap_with_another_beginning_than_the_subscribers_place_is_found(self) -> None:
        self.assertIn("it stood before 0mwpx6cq0aaaa:3, not 0mwpx6cq0aaaa:4", self.found(Gap(3, 5, 2, "slow"))[0])
        self.assertIn("it stood before 0mwpx6cq0aaaa:3, not 0mwpx6cq0aaaa:2", self.found(Gap(1, 5, 2, "slow"))[0])

    def test_a_gap_that_ends_too_early_is_found(self) -> None:
        self.assert_lie("6 came, 1 ticks from", Gap(2, 5, 2, "slow"), *ticks(6))

    def test_a_gap_that_goes_back_is_found(self) -> None:
        findings = self.found(Gap(2, 1, 1, "slow"))
        self.assertTrue(any("goes back" in one for one in findings), findings)

    def test_a_gap_without_a_tick_is_found(self) -> None:
        self.assertIn("no room", self.found(Gap(2, 3, 0, "slow"))[0])
        history = [*START, *ticks(*range(1, 11)), Gap(10, 20, 0, "slow")]
        self.assert_found("names no tick", history, reasons=("slow",))

    def test_a_reason_that_is_not_documented_is_found(self) -> None:
        self.assert_lie("not documented", Gap(2, 5, 2, "tired"))

    def test_a_reason_that_nothing_excuses_is_found(self) -> None:
        self.assert_lie("nothing was done that would excuse it", Gap(2, 5, 2, "expired"))

    def test_lost_without_a_loss_is_found(self) -> None:
        self.assert_lie("they can be had", Gap(2, 5, 2, "lost"), reasons=("lost",))
        self.log.lost = frozenset({2})
        self.assert_lie("they can be had", Gap(2, 5, 2, "lost"), reasons=("lost",))
        self.log.lost = frozenset({2, 3})
        self.assertEqual(self.found(Gap(2, 5, 2, "lost"), reasons=("lost",)), [])

    def test_an_epoch_gap_that_hides_the_end_of_the_old_epoch_is_found(self) -> None:
        gap = Gap(2, 1, 0, "epoch", NEW)
        self.assert_lie("14 were written from 0mwpx6cq0aaaa:3 on", gap, *ticks(1, epoch=NEW), reasons=("epoch",))

    def test_an_epoch_that_has_no_name_or_no_business_here_is_found(self) -> None:
        self.assertIn("names a new epoch", self.found(Gap(2, 5, 2, "slow", OLD))[0])
        self.assertIn("names a new epoch", self.found(Gap(2, 5, 2, "epoch"), reasons=("epoch",))[0])

    def test_an_epoch_that_nobody_wrote_is_found(self) -> None:
        findings = self.found(Gap(2, 1, 0, "epoch", "0mwpx6cq2aaaa"), reasons=("epoch",))
        self.assertIn("nothing was ever written to an epoch 0mwpx6cq2aaaa", findings[0])


class ContentTest(JudgeCase):
    def test_a_tick_with_other_content_is_found(self) -> None:
        self.assertIn("never written like that", self.judge([*START, Tick(OLD, 1, 99)])[0])

    def test_a_tick_of_another_epoch_than_it_is_said_to_be_is_found(self) -> None:
        self.assertIn("never written like that", self.judge([*START, Tick(OLD, 1, crc(NEW, 1))])[0])

    def test_a_tick_that_nobody_wrote_is_found(self) -> None:
        self.assertIn("never written like that", self.judge([*START, Tick(OLD, 15, 15)])[0])
        self.assertIn("never written like that", self.judge([*START, Tick("0mwpx6cq2aaaa", 1, 1)])[0])


class ProtocolTest(JudgeCase):
    def test_a_broken_rule_is_a_finding(self) -> None:
        self.assert_found("prev_t", [*START, Broken("prev_t=7")])

    def test_a_close_code_that_nothing_excuses_is_a_finding(self) -> None:
        for code in (1011, 4400, 4408):
            self.assert_found(f"closed with {code}: why", [*START, Closed(code, "why")])
        self.assertEqual(judge(self.log, [*START, Closed(4408)], codes=(4408,)), [])
        for fine in (None, 1000, 1001, 1012):
            self.assertEqual(self.judge([*START, Closed(fine)]), [])
