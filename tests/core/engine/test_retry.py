"""Retries end: after so many attempts, and after so much time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.engine.retry import RetryPolicy


def test_waits_twice_as_long_each_time_up_to_the_cap() -> None:
    policy = RetryPolicy(attempts=9, base=1, cap=5, deadline=1000)
    assert [policy.wait(n, 0, luck=1) for n in range(1, 6)] == [1, 2, 4, 5, 5]


def test_gives_up_after_the_last_attempt() -> None:
    policy = RetryPolicy(attempts=3)
    assert policy.wait(2, 0) is not None
    assert policy.wait(3, 0) is None


def test_gives_up_when_the_next_attempt_would_begin_after_the_deadline() -> None:
    policy = RetryPolicy(attempts=99, base=4, cap=4, deadline=10)
    assert policy.wait(1, 5.9, luck=1) == 4
    assert policy.wait(1, 6.1, luck=1) is None


@given(failures=st.integers(1, 10**6), luck=st.floats(0, 1))
def test_a_wait_is_never_shorter_than_half_of_what_luck_can_make_of_it(
    failures: int, luck: float
) -> None:
    policy = RetryPolicy(attempts=10**7, base=0.5, cap=60, deadline=1e9)
    longest = policy.wait(failures, 0, luck=1)
    waited = policy.wait(failures, 0, luck=luck)
    assert longest is not None
    assert waited is not None
    assert longest / 2 <= waited <= longest <= 60


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": -1}, {"cap": 0.5}, {"deadline": -1}])
def test_refuses_a_policy_that_makes_no_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not a retry policy"):
        RetryPolicy(**wrong)  # type: ignore[arg-type]
