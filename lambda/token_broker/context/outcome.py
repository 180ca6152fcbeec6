"""What a rotation is asked for, and how it ended.

An outcome here is how a rotation ended; how an attempt to authorize ended is in `token_broker.pages.messages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_lambda_powertools.metrics import MetricUnit

from suitetoken.documents import WITHOUT_AUTHORIZATION, AccessToken
from token_broker.netsuite.signers import SigningFailed
from token_broker.notices.metrics import Measure, count


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants the rotation: the schedule, an operator (`requested`), or an operator who insists (`force`)."""

    requested: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rotation ended: fresh, rotated, healed, waiting, busy, superseded or failed; for logs and metrics.

    `token` is what readers have now, as far as this rotation knows; `consent_ends_at` (epoch seconds) is None where
    the connection was not read, has no grant, or got another one meanwhile. `token_unknown` says that the rotation
    ended before anybody could tell.
    """

    name: str
    connection: str
    error: str | None = None
    token: AccessToken | None = None
    consent_ends_at: int | None = None
    token_unknown: bool = False

    def lacks_good_token(self, now: int) -> bool:
        """Whether readers have no token that is good at `now` (epoch seconds), although they should have."""
        if self.token_unknown or self.name == "healed" or self.error in WITHOUT_AUTHORIZATION:
            return False
        return self.token is None or self.token.expires_at <= now


def measure(outcome: Outcome, now: int) -> Iterator[Measure]:
    """Yield what is to be measured of a rotation that ended at `now` (epoch seconds)."""
    yield count("Rotations", outcome=outcome.name)
    if outcome.error == SigningFailed.code:
        yield count("SigningFailures")
    if outcome.lacks_good_token(now):
        yield count("ConnectionsWithoutToken")
    token = outcome.token
    if token is not None:
        yield Measure("TokenLifeLeft", MetricUnit.Seconds, max(0, token.expires_at - now))
    if token is not None and token.expires_at > now:
        yield Measure("TokenAge", MetricUnit.Seconds, max(0, now - token.issued_at))
    if outcome.consent_ends_at is not None:
        hours = max(0, outcome.consent_ends_at - now) / 3600
        yield Measure("HoursUntilConsentEnds", MetricUnit.NoUnit, round(hours, 2))
