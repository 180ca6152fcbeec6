"""What a rotation is asked for, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.documents import AccessToken


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants the rotation: the schedule, an operator (`requested`), or an operator who insists (`force`)."""

    requested: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rotation ended: fresh, rotated, healed, waiting, busy, superseded or failed; for logs and metrics.

    `token` is what readers have now, as far as this rotation knows.
    """

    name: str
    connection: str
    error: str | None = None
    token: AccessToken | None = None
