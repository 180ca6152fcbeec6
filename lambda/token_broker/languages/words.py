"""The languages that people are spoken to in: one catalogue each, and which one a browser gets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
"""The codes of all languages; the first is taken where nothing else is asked for."""

_CATALOGUES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Words:
    """One catalogue. `code` is what an address carries, `tag` what a page's `lang` says (RFC 5646)."""

    code: str
    tag: str
    language: str
    switch: str
    back: str
    landing: Mapping[str, str]
    facts: Mapping[str, str]
    scopes: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, str]]
    news: Mapping[str, str]
    problems: Mapping[str, str]
    lengths: Mapping[str, str]
    date: str
    month_names: tuple[str, ...]

    def in_utc(self, seconds: int) -> str:
        """Return a time in epoch seconds in this language's words, in UTC and saying so.

        A time that no calendar has, which only a damaged document can hold, stays a number.
        """
        try:
            moment = datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, OSError, ValueError):
            return f"{seconds}"
        return self.date.format(
            year=moment.year,
            month=moment.month,
            month_name=self.month_names[moment.month - 1],
            day=moment.day,
            hour=moment.hour,
            minute=moment.minute,
        )

    def length(self, seconds: int) -> str:
        """Return a length of time for people: `3 days`, `5 hours`, `20 minutes`."""
        for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
            count = seconds // size
            if count >= 2:
                return self.lengths[unit].format(count=count)
        return self.lengths["minute" if seconds >= 60 else "moment"]


@cache
def read_words(code: str) -> Words:
    """Return a language's catalogue."""
    with (_CATALOGUES / f"{code}.toml").open("rb") as file:
        catalogue: dict[str, Any] = tomllib.load(file)
    return Words(**{**catalogue, "code": code, "month_names": tuple(catalogue["month_names"])})


def choose_language(asked: str, accepted: str) -> str:
    """Return the language asked for in the address, else the best that Accept-Language names (RFC 9110, 12.5.4)."""
    if asked in LANGUAGES:
        return asked
    ranked = sorted((_parse_range(part) for part in accepted.split(",")[:20]), reverse=True)
    known = (language for weight, language in ranked if weight > 0 and language in LANGUAGES)
    return next(known, LANGUAGES[0])


def _parse_range(text: str) -> tuple[float, str]:
    language, _, weight = text.strip().partition(";")
    try:
        quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
    except ValueError:
        quality = 0.0
    return quality, language.partition("-")[0].lower()
