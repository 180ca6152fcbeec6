"""Two at once, at every instant: `two_at_once.py` has the acts and the laws; here is a part of all cases.

Every case is tried by `python -m tests.crashes.two_at_once` (with `PYTHONPATH=lib:lambda:infra:.`, a minute).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from tests.crashes.two_at_once import (
    CALL_BACK,
    KILL_LINKS,
    KINDS,
    REGISTER,
    REMOVE,
    REVOKE,
    ROTATE,
    Case,
    find_breaches,
    list_acts,
    list_calls,
    list_cases,
)

PART = 7
"""Every so many cases are tried: a prime number, so that each act and each instant has its turn."""
SERIOUS = [
    pytest.param("public", REVOKE, ROTATE, id="the refresh token is replaced while it is revoked"),
    pytest.param("public", ROTATE, REVOKE, id="it is revoked while a new refresh token is on its way"),
    pytest.param("public", REMOVE, ROTATE, id="it is replaced while the connection is removed"),
    pytest.param("confidential", CALL_BACK, REVOKE, id="a grant is revoked before its token is published"),
    pytest.param("confidential", CALL_BACK, KILL_LINKS, id="links are killed while a code is exchanged"),
    pytest.param("machine", REVOKE, REGISTER, id="a certificate is registered while it is given up"),
    pytest.param("machine", REVOKE, ROTATE, id="a token is published while the certificate is given up"),
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_two_at_once_break_no_law(kind: str) -> None:
    """Of any two acts, one before any call of the other: a sample of all that can happen."""
    cases = list(islice(list_cases(kind), 0, None, PART))
    assert len(cases) > 20
    assert {case: breaches for case in cases if (breaches := find_breaches(case))} == {}


@pytest.mark.parametrize(("kind", "first", "other"), SERIOUS)
def test_what_is_taken_away_stays_away(kind: str, first: str, other: str) -> None:
    """At every instant: NetSuite, the documents and the readers have nothing of what was revoked, removed or killed."""
    assert {case: breaches for case in every_instant(kind, first, other) if (breaches := find_breaches(case))} == {}


def every_instant(kind: str, first: str, other: str) -> Iterator[Case]:
    """Yield the cases of one pair."""
    assert {first, other} <= set(list_acts(kind))
    for at in range(len(list_calls(kind, first))):
        yield Case(kind, first, other, at)
