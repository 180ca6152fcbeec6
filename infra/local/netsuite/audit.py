"""The login audit trail: what went wrong in NetSuite's own words, which the wire never tells.

Names from Oracle NetSuite Help, subsect_158711892221, subsect_158711928134 and subsect_158324637123.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: when (epoch seconds), which application, how it ended, NetSuite's detail name."""

    at: float
    account_id: str
    application: str
    status: str
    detail: str


class Audit:
    """The trail of all accounts; it holds no token, code or secret."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Begin empty."""
        self._now = now
        self.entries: list[Entry] = []

    def refuse(self, account_id: str, application: str, detail: str) -> None:
        """Record a failure."""
        self.entries.append(Entry(self._now(), account_id, application, "Failure", detail))

    def accept(self, account_id: str, application: str) -> None:
        """Record a success."""
        self.entries.append(Entry(self._now(), account_id, application, "Success", ""))

    @property
    def details(self) -> list[str]:
        """The detail names of all failures, in order."""
        return [entry.detail for entry in self.entries if entry.detail]
