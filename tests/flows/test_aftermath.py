"""A death, another act, and what is found later: `aftermath.py` has the laws; here is a part of all cases.

Every case is tried by `python tests/aftermath.py` (with `PYTHONPATH=lib:lambda:infra:tests`, half a minute).
"""

from __future__ import annotations

from itertools import islice

import pytest

from aftermath import find_breaches, list_cases
from interleaving import KINDS

PART = 5
"""Every so many cases are tried: a prime number, so that each act and each instant has its turn."""


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_dies_spoils_nothing_for_who_comes_after(kind: str) -> None:
    """Of any two acts, one that died around any of its side effects, and one that comes then: a sample of all."""
    cases = list(islice(list_cases(kind), 0, None, PART))
    assert len(cases) > 20
    assert {case: breaches for case in cases if (breaches := find_breaches(case))} == {}
