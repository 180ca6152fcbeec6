"""A death, another act, and what is found later: `then_another.py` has the laws; here is a part of all cases.

Every case is tried by `python -m tests.crashes.then_another` (with `PYTHONPATH=lib:lambda:infra:.`, half a minute).
"""

from __future__ import annotations

from itertools import islice

import pytest

from tests.crashes.then_another import find_breaches, list_cases
from tests.crashes.two_at_once import KINDS

PART = 5
"""Every so many cases are tried: a prime number, so that each act and each instant has its turn."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_dies_spoils_nothing_for_who_comes_after(kind: str) -> None:
    """Of any two acts, one that died around any of its side effects, and one that comes then: a sample of all."""
    cases = list(islice(list_cases(kind), 0, None, PART))
    assert len(cases) > 20
    assert {case: breaches for case in cases if (breaches := find_breaches(case))} == {}
