"""Room for versions: what a day will come to, and who is refused for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.samples.tokens import NOW
from token_broker.grants.due import ONE_TIME_SECONDS
from token_broker.saving.versions import MOST_BEFORE_ATTEMPT, find_most_to_come

DAY = 86_400
ROTATIONS = [float(NOW - ago) for ago in range(ONE_TIME_SECONDS, DAY, ONE_TIME_SECONDS) for _ in range(2)]
TIMES = st.lists(st.floats(NOW - DAY, NOW), max_size=100)


@given(TIMES, st.floats(0, ONE_TIME_SECONDS))
def test_the_most_to_come_is_what_rotations_find_if_they_go_on(made: list[float], until_first: float) -> None:
    """Counted out: rotations for a day, two versions each; the first comes at once, or later."""
    rotations = [NOW + until_first + seconds for seconds in range(0, DAY - int(until_first), ONE_TIME_SECONDS)]
    most = max(sum(at - DAY <= each <= at for each in made) + 2 * before for before, at in enumerate(rotations))
    assert most <= find_most_to_come(made, NOW)


@given(TIMES)
def test_the_most_to_come_is_no_more_than_that(made: list[float]) -> None:
    """Where the first rotation comes at once, one of them finds exactly as much."""
    rotations = [NOW + seconds for seconds in range(0, DAY + 1, ONE_TIME_SECONDS)]
    found = [sum(at - DAY <= each <= at for each in made) + 2 * before for before, at in enumerate(rotations)]
    assert find_most_to_come(made, NOW) == max(found)


def test_a_day_of_nothing_but_rotations_leaves_room_for_attempts() -> None:
    """And for some more than one."""
    assert find_most_to_come(ROTATIONS, NOW) <= MOST_BEFORE_ATTEMPT - 2 * 4


def test_attempts_now_count_beside_the_rotations_of_a_day_to_come() -> None:
    """A new connection has hardly been rotated yet: what fills its secret now would be in the way until tomorrow."""
    assert find_most_to_come([float(NOW)] * 20, NOW) > MOST_BEFORE_ATTEMPT
    assert find_most_to_come([float(NOW)] * 5, NOW) < MOST_BEFORE_ATTEMPT


def test_what_is_nearly_a_day_old_hardly_counts() -> None:
    """It ends before many rotations come."""
    assert find_most_to_come([float(NOW - DAY + 60)] * 85, NOW) == 85
