"""When NetSuite is asked again in spite of a problem: now and then, and never not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import Problem
from tests.samples.tokens import NOW
from token_broker.problems.refresh_problems import is_resting

SWEEP, HALF_HOUR = 300, 1800


@given(since=st.integers(0, SWEEP), lateness=st.lists(st.integers(0, 150), min_size=48, max_size=48))
def test_a_refused_client_is_asked_about_in_every_half_hour(since: int, lateness: list[int]) -> None:
    """Once or twice, although each message of a sweep is on its way for as long as it likes."""
    problem = Problem("invalid_client", "refused", NOW + since)
    looks = [NOW + (number + 1) * SWEEP + late for number, late in enumerate(lateness)]
    asked = [now - problem.since for now in looks if now > problem.since and not is_resting(problem, now)]
    for half_hour in range(1, 7):
        moment = half_hour * HALF_HOUR
        assert 1 <= sum(abs(at - moment) < HALF_HOUR / 2 for at in asked) <= 2
