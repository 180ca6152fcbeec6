"""What is fuzzed: a name, what is drawn for it, and the check that no value may fail. How one is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_OURS = settings(
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.target, Phase.shrink),
    print_blob=False,
    report_multiple_bugs=False,
)


@dataclass(frozen=True)
class Target:
    """One thing that takes input from outside. `check` raises where a law is broken; `share` is its part of a run."""

    name: str
    values: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    share: int = 1


def run(target: Target, inputs: int, number: int | None = None) -> None:
    """Try so many inputs; a failing one is made as small as it can be and told. `number` has the same ones drawn."""

    @settings(_OURS, max_examples=inputs)
    @given(value=target.values)
    def no_law_is_broken(value: Any) -> None:
        target.check(value)

    test = no_law_is_broken if number is None else seed(number)(no_law_is_broken)
    test()
