"""Faults on request: what the next requests meet in place of, or after, their right answer."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from local.netsuite import odd_answers

PLACES = ("token", "revoke", "resource")
KINDS = (
    "429",
    "503",
    "500",
    "html",
    "empty",
    "reset",
    "timeout-before",
    "timeout-after",
)
"""A status, a body that is none, a connection that breaks, a time-out before or after the request took effect."""
TOKEN_KINDS = (*KINDS, *odd_answers.KINDS)
"""At the token endpoint also what other servers and proxies send (`odd_answers`)."""


@dataclass(slots=True)
class Fault:
    """One kind of fault at one place, so many times."""

    place: str
    kind: str
    times: int


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        """Begin with none."""
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, place: str, kind: str, times: int = 1) -> None:
        """Let the next requests at `place` fail; raises ValueError for an unknown place or kind."""
        kinds = TOKEN_KINDS if place == "token" else KINDS
        if place not in PLACES or kind not in kinds:
            raise ValueError(f"faults are {', '.join(kinds)} at {', '.join(PLACES)}")
        with self._lock:
            self._faults.append(Fault(place, kind, times))

    def take(self, place: str) -> str | None:
        """Return the kind of fault that the request at hand meets, if any."""
        with self._lock:
            for fault in self._faults:
                if fault.place == place and fault.times > 0:
                    fault.times -= 1
                    return fault.kind
        return None
