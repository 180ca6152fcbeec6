"""What stands between the reader and the store: a function that fetches the token document, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SecretValue:
    """The text of the token document under AWSCURRENT, and when the store says it gave it.

    `date` is the store's own clock in epoch seconds (the HTTP Date header), or None where it is not known. With it, a
    reader on a machine whose clock is wrong still knows when a token ends.
    """

    body: str = field(repr=False)
    date: float | None = None


ReadSecret = Callable[[], SecretValue]
"""Fetches the token document once. Raises errors of `suitetoken.errors`; has a time limit of its own."""


def parse_date(text: str | None) -> float | None:
    """Return the epoch seconds of an HTTP Date header (RFC 9110 section 6.6.1), or None where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (TypeError, ValueError):
        return None
