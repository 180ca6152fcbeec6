"""A problem: why a connection has no good token and what a person must do, as both documents hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suitetoken.documents.fields import Fields

NOT_AUTHORIZED = "not_authorized"
"""The code of a connection that nobody has authorized yet, or that has no registered certificate yet."""
DEAD_GRANT = frozenset({"invalid_grant", "consent_ended", "ambiguous", "revoked"})
"""Codes that only a new consent ends; the others end when an operator has mended the client."""
NEEDS_CONSENT = DEAD_GRANT | {"client_changed"}
"""Codes after which somebody must authorize again."""
REVOCATION_UNCONFIRMED = "revocation_unconfirmed"
"""The code of a connection that an operator ended, which NetSuite has not confirmed: it is asked again."""
WITHOUT_AUTHORIZATION = frozenset({NOT_AUTHORIZED, REVOCATION_UNCONFIRMED, "revoked"})
"""Codes of connections that have no token because nobody has authorized them yet, or somebody took that back."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a stable word, `message` a sentence with the next step, `since` epoch seconds.

    `untold` is set in the connection document until the event about it has been sent, `unconfirmed` while NetSuite has
    refused once only, which may be weather; readers never see either.
    """

    code: str
    message: str
    since: int
    untold: bool = False
    unconfirmed: bool = False

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Problem | None:
        """Read the problem where there is one."""
        if fields is None:
            return None
        flags = fields.flag("untold"), fields.flag("unconfirmed")
        return cls(fields.text("code"), fields.text("message"), fields.seconds("since"), *flags)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        flags = {"untold": self.untold, "unconfirmed": self.unconfirmed}
        set_flags = {name: True for name, is_set in flags.items() if is_set}
        return {"code": self.code, "message": self.message, "since": self.since, **set_flags}


def never_authorized(name: str, now: int) -> Problem:
    """Return the problem of a connection that nobody has authorized yet."""
    return Problem(NOT_AUTHORIZED, f"Nobody has authorized this connection yet: run `suitetoken link {name}`.", now)


def no_certificate(name: str, now: int) -> Problem:
    """Return the problem of a connection without a person that has no registered certificate yet."""
    text = (
        f"No certificate is registered for this connection yet: `suitetoken certificate create {name}` makes one, and "
        f"`suitetoken certificate register {name} --certificate-id ID` tells us its id in NetSuite."
    )
    return Problem(NOT_AUTHORIZED, text, now)
