"""When a peer is given up, by a clock that the test turns."""

from __future__ import annotations

from unittest import TestCase

from monitor.serving.vigil import CLOSE_S, PING_BYTES, Link, Sight, Verdict, Vigil

LOOK_S = 2.0


class Watched:
    """A connection whose peer takes, says and acknowledges what a test says; looked at every 2 s."""

    def __init__(self, pings: bool = True, over_tcp: bool = True) -> None:
        self.now = 1000.0
        self.vigil = Vigil(self.now, pings)
        self.over_tcp = over_tcp
        self.waiting = self.queued = self.acknowledged = self.attempts = 0
        self.silent_s = 0.0
        self.closing = self.answers_pings = self.takes_pings = False

    def look(self, heard: bool = False) -> Verdict | None:
        self.now += LOOK_S
        link = Link(self.acknowledged, self.attempts, self.silent_s) if self.over_tcp else None
        verdict = self.vigil.look(self.now, Sight(self.waiting, self.queued, heard, self.closing, link))
        if verdict is Verdict.PING and self.takes_pings:
            self.acknowledged += PING_BYTES
        return verdict

    def verdicts(self, seconds: float, heard: bool = False) -> list[tuple[float, Verdict]]:
        """All that were given in that time, with the second of each."""
        start, given = self.now, []
        while self.now < start + seconds:
            if verdict := self.look(heard):
                given.append((self.now - start, verdict))
        return given

    def first(self, verdict: Verdict, seconds: float = 100) -> float | None:
        return next((at for at, given in self.verdicts(seconds) if given is verdict), None)


class IdleTest(TestCase):
    def test_a_peer_that_answers_is_pinged_soon_and_then_every_ten_seconds_for_ever(self) -> None:
        watched = Watched()
        self.assertEqual(watched.verdicts(60, heard=True), [(at, Verdict.PING) for at in (2, 12, 22, 32, 42, 52)])

    def test_who_says_and_takes_nothing_is_cut_off_after_thirty_seconds(self) -> None:
        self.assertEqual(Watched().first(Verdict.LOST), 30)

    def test_a_stopped_program_whose_host_takes_the_pings_counts_as_silent(self) -> None:
        watched = Watched()
        watched.takes_pings = True
        self.assertEqual(watched.first(Verdict.LOST), 30)

    def test_who_takes_data_need_not_say_anything(self) -> None:
        watched = Watched()
        for _ in range(100):
            watched.acknowledged += 100
            self.assertIsNot(watched.look(), Verdict.LOST)

    def test_a_reader_that_stops_for_twenty_seconds_is_not_cut_off(self) -> None:
        watched = Watched()
        watched.takes_pings = True
        for _ in range(20):
            self.assertNotIn(Verdict.LOST, [verdict for _, verdict in watched.verdicts(20)])
            watched.look(heard=True)

    def test_without_pings_silence_is_nothing_bad(self) -> None:
        self.assertEqual(Watched(pings=False).verdicts(1000), [])


class WaitingTest(TestCase):
    def test_who_takes_no_byte_for_thirty_seconds_is_given_up_and_five_seconds_later_cut_off(self) -> None:
        for pings in (True, False):
            watched = Watched(pings)
            watched.waiting = 100_000
            given = watched.verdicts(60)
            self.assertEqual(given[:2], [(32, Verdict.STALLED), (38, Verdict.LOST)])
            self.assertEqual({verdict for _, verdict in given[2:]}, {Verdict.LOST}, "said once")

    def test_the_thirty_seconds_begin_when_there_is_something_to_take(self) -> None:
        watched = Watched()
        watched.verdicts(100, heard=True)
        watched.waiting = 1
        self.assertEqual(watched.first(Verdict.STALLED), 32)

    def test_megabytes_that_move_slowly_are_waited_for_and_the_pong_behind_them_too(self) -> None:
        watched = Watched()
        watched.waiting = 50_000_000
        for _ in range(500):
            watched.acknowledged += 1
            self.assertIsNone(watched.look())

    def test_who_takes_something_now_and_then_starts_the_time_anew(self) -> None:
        watched = Watched()
        watched.waiting = 10_000
        for _ in range(10):
            self.assertEqual(watched.verdicts(28), [])
            watched.acknowledged += 1
            self.assertIsNone(watched.look())

    def test_nobody_is_pinged_while_something_waits(self) -> None:
        watched = Watched()
        watched.waiting = 10_000
        self.assertEqual(watched.verdicts(28, heard=True), [])


class WithoutTcpInfoTest(TestCase):
    def test_what_waits_here_and_in_the_kernel_tells_who_takes_nothing(self) -> None:
        watched = Watched(over_tcp=False)
        watched.waiting, watched.queued = 100_000, 200_000
        self.assertEqual(watched.first(Verdict.STALLED), 32)

    def test_what_grows_less_was_taken_although_more_came_before(self) -> None:
        watched = Watched(over_tcp=False)
        watched.waiting = watched.queued = 100_000
        for _ in range(50):
            watched.queued -= 1000
            self.assertIsNone(watched.look())
            watched.waiting += 5000
            self.assertIsNone(watched.look())

    def test_the_silent_are_cut_off(self) -> None:
        self.assertEqual(Watched(over_tcp=False).first(Verdict.LOST), 30)


class DeadTest(TestCase):
    def test_three_attempts_and_fifteen_seconds_without_an_acknowledgement(self) -> None:
        for pings in (True, False):
            watched = Watched(pings)
            watched.attempts, watched.silent_s = 3, 15.0
            self.assertIs(watched.look(heard=True), Verdict.LOST)

    def test_fewer_attempts_or_a_shorter_silence_are_a_bad_line(self) -> None:
        for attempts, silent_s in ((2, 100.0), (9, 14.0)):
            watched = Watched()
            watched.attempts, watched.silent_s = attempts, silent_s
            self.assertIsNot(watched.look(heard=True), Verdict.LOST)

    def test_a_host_that_is_gone_is_noticed_within_twenty_five_seconds(self) -> None:
        """The last acknowledgement was of a ping; the next one, up to 12 s later, is what it does not acknowledge."""
        watched = Watched()
        watched.takes_pings = True
        watched.verdicts(10, heard=True)
        gone_at, watched.takes_pings = watched.now, False
        asked_at: float | None = None
        while True:
            watched.silent_s = watched.now + LOOK_S - gone_at
            watched.attempts = 0 if asked_at is None else sum(watched.now - asked_at >= after for after in (1, 3, 7))
            verdict = watched.look()
            if verdict is Verdict.PING and asked_at is None:
                asked_at = watched.now
            if verdict is Verdict.LOST:
                break
        self.assertLessEqual(watched.now - gone_at, 25)


class ClosingTest(TestCase):
    def test_who_is_still_there_after_the_close_is_cut_off(self) -> None:
        watched = Watched()
        watched.closing = True
        watched.acknowledged = 1
        self.assertEqual(watched.verdicts(8, heard=True), [(2 + CLOSE_S + 1, Verdict.LOST)])
