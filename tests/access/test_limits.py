"""Who is one too many: decided here while Redis is away, else by the script, alike."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import ValkeyCase
from ticks.access.limits import Candidate, Limits, account_field, decide, stream_field
from ticks.access.shared import Shared
from ticks.access.worker import Worker

ONE, OTHER, THIRD = (Worker("elsewhere", pid, "1", "host") for pid in (1, 2, 3))
STREAMS, ACCOUNTS = ("stream:a", "stream:b"), ("ip:1", "ip:2", "user:1")
CANDIDATES = st.lists(st.builds(Candidate, st.sampled_from(STREAMS), st.sampled_from(ACCOUNTS)), max_size=8)
COUNTS = st.fixed_dictionaries({field: st.integers(0, 4) for field in (*STREAMS, *ACCOUNTS)})
LIMITS = st.builds(Limits, st.integers(0, 6), st.integers(0, 6))


def test_who_is_signed_in_counts_by_account_others_by_network() -> None:
    assert account_field(7, "1.1.1.1") == account_field(7, "2.2.2.2") != account_field(8, "1.1.1.1")
    assert account_field(None, "1.1.1.1") != account_field(None, "2.2.2.2")
    assert stream_field("main") == "stream:main"


def test_zero_is_no_limit() -> None:
    assert decide([Candidate("a", "b")] * 100, {"a": 1000}, {"b": 1000}, Limits(0, 0)) == [None] * 100


def test_each_who_is_in_counts_for_those_after_it() -> None:
    same = [Candidate("a", "b")] * 4
    assert decide(same, {"a": 1}, {"a": 1}, Limits(4, 0)) == [None, None, "stream", "stream"]
    assert decide(same, {}, {"b": 3}, Limits(0, 5)) == [None, None, "account", "account"]


class ScriptTest(ValkeyCase):
    def test_the_script_decides_what_is_decided_here_and_counts_who_is_in(self) -> None:
        shared = Shared(self.connect())

        @settings(max_examples=150, deadline=None)
        @given(CANDIDATES, COUNTS, COUNTS, COUNTS, LIMITS)
        def check(
            candidates: list[Candidate],
            mine: dict[str, int],
            others: dict[str, int],
            thirds: dict[str, int],
            limits: Limits,
        ) -> None:
            self.valkey.client.flushdb()
            shared.admit(OTHER, others, [], limits)
            shared.admit(THIRD, thirds, [], limits)
            theirs = {field: others[field] + thirds[field] for field in others}
            known, answers = shared.admit(ONE, mine, candidates, limits)
            self.assertEqual((known, answers), (False, decide(candidates, mine, theirs, limits)))
            again = shared.admit(ONE, mine, candidates, limits)
            self.assertEqual(again, (True, answers), "a repeated command finds the same")
            counted = dict(mine)
            for candidate, answer in zip(candidates, answers, strict=True):
                for field in candidate if answer is None else ():
                    counted[field] += 1
            held = self.valkey.client.hgetall(f"ticks:{{access}}:worker:{ONE.key}")
            self.assertEqual(held, {"": "1", **{field: str(n) for field, n in counted.items() if n}})

        check()

    def test_a_worker_that_says_nothing_is_forgotten_after_ten_seconds(self) -> None:
        shared = Shared(self.connect())
        shared.admit(OTHER, {"a": 3, "b": 3}, [], Limits(0, 0))
        candidate = Candidate("a", "b")
        self.assertEqual(shared.admit(ONE, {"a": 0, "b": 0}, [candidate], Limits(3, 0))[1], ["stream"])
        key = f"ticks:{{access}}:worker:{OTHER.key}"
        self.assertTrue(9000 < self.valkey.client.pttl(key) <= 10_000)
        # Ten seconds later, as Redis sees it:
        self.valkey.client.delete(key)
        self.valkey.client.zadd("ticks:{access}:workers", {OTHER.key: 1})
        self.assertEqual(shared.admit(ONE, {"a": 0, "b": 0}, [candidate], Limits(3, 0))[1], [None])
        self.assertEqual(shared.workers(), [ONE])
