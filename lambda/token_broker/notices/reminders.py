"""When to remind a person that consent ends: 72, 24 and 4 hours before, once each."""

from __future__ import annotations

from collections.abc import Sequence

from suitetoken.documents import Grant

THRESHOLDS = (72 * 3600, 24 * 3600, 4 * 3600)
"""Seconds before consent ends, longest first."""


def is_reminder_due(grant: Grant, reminded_at: int | None, now: int) -> bool:
    """Whether a threshold has been passed since the last reminder.

    A threshold longer than half of what consent lasts is skipped: a reminder right after consenting helps nobody.
    """
    return has_passed_threshold(grant.authorized_at, grant.expires_at, reminded_at, now, THRESHOLDS)


def has_passed_threshold(begins: int, ends: int, reminded_at: int | None, now: int, thresholds: Sequence[int]) -> bool:
    """Whether one of `thresholds`, in seconds before `ends`, has been passed since the last reminder."""
    left = ends - now
    if left <= 0:
        return False
    passed = [threshold for threshold in thresholds if left <= threshold and 2 * threshold <= ends - begins]
    return bool(passed) and (reminded_at is None or reminded_at < ends - min(passed))
