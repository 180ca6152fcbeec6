"""Very many inputs for each target, in portions that can be drawn again, with what they cost."""

from __future__ import annotations

import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.fuzz.target import Target, run

PORTION = 500
"""Inputs that are drawn with one seed; what hypothesis remembers of them goes with them."""
SLOWEST_SECONDS = 5.0
"""Processor time that one input may take at most: far more than any does, far less than what hangs."""
MOST_GROWTH_MIB = 256
"""How much the process may grow while one target is fuzzed, after its first portion, which has everything made."""


class Broken(AssertionError):
    """An input broke no law of its target, but took too long or too much."""


@dataclass
class Measured:
    """What came of one target so far. Times are seconds, the slowest input's of processor time; `growth` is in MiB."""

    target: Target
    wanted: int
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    growth: float = 0.0
    failure: str = ""

    @property
    def rate(self) -> float:
        """Inputs per second."""
        return self.inputs / self.seconds if self.seconds else 0.0


def share_out(targets: list[Target], inputs: int) -> list[Measured]:
    """Return how many inputs each target gets, by their shares."""
    shares = sum(target.share for target in targets)
    return [Measured(target, max(1, round(inputs * target.share / shares))) for target in targets]


def fuzz(
    measured: Measured,
    seed: int,
    until: float,
    tell: Callable[[Measured], object] = lambda _: None,
    slowest_seconds: float = SLOWEST_SECONDS,
) -> None:
    """Fuzz one target, portion after portion, until all is done, a law is broken, or `until` (monotonic) is over."""
    before = 0.0
    watched = replace(measured.target, check=_watch(measured, slowest_seconds))
    while measured.inputs < measured.wanted and time.monotonic() < until and not measured.failure:
        inputs, began, so_far = min(PORTION, measured.wanted - measured.inputs), time.monotonic(), measured.inputs
        try:
            run(watched, inputs, seed)
            _hold_growth(measured)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            again = f'make fuzz TARGET="{measured.target.name}" SEED={seed} INPUTS={inputs}'
            measured.failure = f"{_explain(error)}\nagain with: {again}"
        measured.seconds += time.monotonic() - began
        measured.inputs = so_far + inputs
        before = before or _peak()
        measured.growth = _peak() - before
        tell(measured)
        seed += 1


def _watch(measured: Measured, slowest_seconds: float) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        began = time.process_time()
        measured.target.check(value)
        took = time.process_time() - began
        measured.slowest = max(measured.slowest, took)
        if took > slowest_seconds:
            raise Broken(f"one input took {took:.1f} s")

    return check


def _hold_growth(measured: Measured) -> None:
    if measured.growth > MOST_GROWTH_MIB:
        raise Broken(f"the process grew by {measured.growth:.0f} MiB")


def _peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _explain(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, limit=-4)).rstrip()
