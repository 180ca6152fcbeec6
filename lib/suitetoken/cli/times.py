"""Times for people: in UTC, and in words."""

from __future__ import annotations

from datetime import UTC, datetime


def in_utc(seconds: int | None) -> str | None:
    """Return a moment in UTC, saying so, or its number where no calendar has it; None for none."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return f"{seconds}"


def in_words(seconds: int) -> str:
    """Return a length of time: `3 d 4 h`, `2 h 5 min`, `40 s`; 0 s for what has passed."""
    seconds = max(seconds, 0)
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"
