"""A token request that is refused: what the wire says, and what only the audit trail tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class Refused(Exception):
    """The error code for the wire, and the audit trail's detail."""

    error: str
    detail: str
    status: int = 400
