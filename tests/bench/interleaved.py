"""Timing arms against each other: a round runs each of them once, so that a machine's drift falls on all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one arm, round by round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round, in seconds."""
        return median(self.seconds)

    def ratio_to(self, other: Timing) -> float:
        """Return how many times as long as `other` this takes: the middle of the rounds' own ratios."""
        return median(mine / theirs for mine, theirs in zip(self.seconds, other.seconds, strict=True))


def time_arms(arms: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Timing]:
    """Return the timings of arms that each measure themselves once when called; every other round runs backwards."""
    seen: dict[str, list[float]] = {name: [] for name in arms}
    names: Sequence[str] = list(arms)
    gc.collect()
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            seen[name].append(arms[name]())
    return {name: Timing(tuple(each)) for name, each in seen.items()}
