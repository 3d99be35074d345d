from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ticks.live.limits import Allowance


def test_so_many_at_once_and_then_at_the_rate() -> None:
    allowance = Allowance(rate=2.0, burst=3, now=10.0)
    assert [allowance.take(10.0) for _ in range(5)] == [True, True, True, False, False]
    assert [allowance.take(10.5), allowance.take(10.5)] == [True, False]
    assert [allowance.take(99.0) for _ in range(4)] == [True, True, True, False], "what is not used is not kept"


@given(st.lists(st.floats(0, 1)), st.floats(0.1, 50), st.integers(1, 20))
def test_never_more_than_burst_and_rate_allow(pauses: list[float], rate: float, burst: int) -> None:
    allowance, now, taken = Allowance(rate, burst, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += allowance.take(now)
        assert taken <= burst + rate * now + 1e-6
