"""When a token is rotated: in time, at the sweeps, and no more often than versions allow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local.triggers.schedule import parse_period
from tests.samples.tokens import NOW
from tests.stacks.template import deploy
from token_broker.grants.due import ONE_TIME_SECONDS, SWEEP_SECONDS, find_refresh_at

HOUR = 3600
NAMES = st.text(alphabet="abcdefghij-0123456789", min_size=1, max_size=64)
MOMENTS = st.integers(NOW, NOW + 2 * HOUR)


@given(NAMES, MOMENTS)
def test_a_reusable_refresh_token_is_used_at_half_life(name: str, issued_at: int) -> None:
    """Up to a twentieth of the life earlier, never later."""
    due = find_refresh_at(name, issued_at, HOUR, one_time=False)
    assert issued_at + 1620 <= due <= issued_at + 1800


def test_connections_authorized_at_once_are_not_rotated_at_once() -> None:
    """The spread is by name, so five hundred connections made in one minute do not meet again."""
    moments = {find_refresh_at(f"connection-{number}", NOW, HOUR, one_time=False) for number in range(500)}
    assert len(moments) > 150


@given(MOMENTS, st.integers(0, 55))
def test_a_one_time_refresh_token_is_used_at_the_last_sweep_that_leaves_25_minutes(issued_at: int, late: int) -> None:
    """Sweeps come by the clock, up to a minute late; the one before would make more versions than need be."""
    due = find_refresh_at("finance", issued_at, HOUR, one_time=True)
    sweep = next(at for at in range(NOW, NOW + 4 * HOUR, SWEEP_SECONDS) if at + late >= due)
    assert issued_at + HOUR / 2 <= due
    assert ONE_TIME_SECONDS - SWEEP_SECONDS <= sweep - issued_at <= ONE_TIME_SECONDS


@given(st.integers(2, 55), st.lists(st.integers(0, 55), min_size=50, max_size=50))
def test_rotations_with_one_time_refresh_tokens_are_35_minutes_apart(first: int, lateness: list[int]) -> None:
    """However late within their minute the sweeps come."""
    issued_at = NOW + first
    for late in lateness:
        due = find_refresh_at("finance", issued_at, HOUR, one_time=True)
        before, issued_at = (
            issued_at,
            next(at for at in range(NOW, NOW + 10**6, SWEEP_SECONDS) if at + late >= due) + late,
        )
        assert issued_at // SWEEP_SECONDS - before // SWEEP_SECONDS == ONE_TIME_SECONDS // SWEEP_SECONDS


@given(MOMENTS, st.integers(1, 10 * HOUR), st.booleans())
def test_a_token_of_any_life_is_rotated_between_half_of_it_and_its_end(
    issued_at: int, life: int, one_time: bool
) -> None:
    """Half less a twentieth."""
    due = find_refresh_at("finance", issued_at, life, one_time=one_time)
    assert issued_at + int(life * 0.45) <= due <= issued_at + life * 7 / 12


def test_the_stack_sweeps_when_the_broker_counts_on_it() -> None:
    """At the multiples of five minutes, by the clock."""
    schedule = deploy().properties["SweepSchedule"]
    assert parse_period(schedule["ScheduleExpression"]) == SWEEP_SECONDS
