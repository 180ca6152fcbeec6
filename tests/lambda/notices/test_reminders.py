"""When people are reminded that consent ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.samples.tokens import NOW, make_grant
from token_broker.notices.reminders import is_reminder_due

HOUR = 3600
WEEK = 7 * 24 * HOUR


def remind_through(lasts: int, every: int) -> list[int]:
    """Return the hours left at each reminder of a grant that lasts so long and is looked at so often."""
    grant, reminded_at, left = make_grant(expires_at=NOW + lasts), None, []
    for now in range(NOW, NOW + lasts + HOUR, every):
        if is_reminder_due(grant, reminded_at, now):
            reminded_at = now
            left.append((grant.expires_at - now) // HOUR)
    return left


def test_a_week_of_consent_is_reminded_of_three_times() -> None:
    """At 72, 24 and 4 hours before the end, once each."""
    assert remind_through(WEEK, 1800) == [72, 24, 4]


def test_thresholds_longer_than_half_of_the_consent_are_skipped() -> None:
    """A reminder right after consenting helps nobody."""
    assert remind_through(48 * HOUR, 1800) == [24, 4]
    assert remind_through(6 * HOUR, 1800) == []


def test_after_the_end_nobody_is_reminded() -> None:
    """Then it is a problem, and told as one."""
    assert not is_reminder_due(make_grant(expires_at=NOW), None, NOW)


def test_a_missed_threshold_is_made_up_for_once() -> None:
    """After a day's outage one reminder comes, not two."""
    grant = make_grant(expires_at=NOW + WEEK)
    late = NOW + WEEK - 20 * HOUR
    assert is_reminder_due(grant, NOW + WEEK - 71 * HOUR, late)
    assert not is_reminder_due(grant, late, late + 60)


@given(st.integers(HOUR, 40 * 24 * HOUR), st.integers(60, 2 * HOUR))
def test_never_more_reminders_than_thresholds(lasts: int, every: int) -> None:
    """However long consent lasts and however often it is looked at."""
    assert len(remind_through(lasts, max(every, lasts // 300))) <= 3
