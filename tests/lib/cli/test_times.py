"""Times for people."""

from __future__ import annotations

import pytest

from suitetoken.cli.times import in_utc


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, None),
        (0, "1970-01-01 00:00:00 UTC"),
        (1_800_000_000, "2027-01-15 08:00:00 UTC"),
        (1_800_000_000_000, "1800000000000"),
        (-(2**53), "-9007199254740992"),
    ],
)
def test_moments_are_shown_in_utc(seconds: int | None, shown: str | None) -> None:
    """A time that no calendar has, from a damaged document, stays a number and stops no command."""
    assert in_utc(seconds) == shown
