"""Two clocks that check each other, so that neither a jump nor a freeze makes a token look younger than it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """One look at both clocks. `wall` is epoch seconds and can be set; `steady` only ever runs forward."""

    wall: float
    steady: float

    def seconds_since(self, earlier: Moment) -> float:
        """Return the seconds that passed since `earlier`: as many as the clock that saw more of them says.

        The wall clock may be set back, and the steady one may stand still while a machine sleeps or a Lambda function
        is frozen. Believing the later one can only make us read too early, never use a token too long.
        """
        return max(self.wall - earlier.wall, self.steady - earlier.steady, 0.0)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where moments come from."""

    wall: Callable[[], float]
    steady: Callable[[], float]

    def look(self) -> Moment:
        """Return the time by both clocks."""
        return Moment(self.wall(), self.steady())
