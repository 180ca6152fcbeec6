"""A rotation under way: the value that its steps hand on, and what a refresh can come to."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.aws.records import Stored
from suitetoken.documents import AccessToken, Client, Connection, Grant, TokenDocument
from token_broker.context.broker import Broker, Remaining
from token_broker.grants.grants import settle
from token_broker.netsuite.endpoint_errors import TokenRequestFailed
from token_broker.saving.presentations import Wait


@dataclass(frozen=True, slots=True)
class Rotating:
    """One connection's rotation. `stored` is the connection as it was read, `token` what its readers had then."""

    broker: Broker
    name: str
    client: Client
    token: Stored[TokenDocument | None]
    stored: Stored[Connection]
    remaining: Remaining

    @property
    def held(self) -> AccessToken | None:
        """The token that readers had then, good or not."""
        return find_held(self.token)


@dataclass(frozen=True, slots=True)
class Refreshing(Rotating):
    """A rotation by refresh token. The answer in the stored connection may be newer than its grant."""

    @property
    def settled(self) -> Connection:
        """The connection with the refresh token that counts now in its grant."""
        return settle(self.stored.document, self.client)

    @property
    def grant(self) -> Grant:
        """The grant that counts now; there is one, or there would be nothing to refresh."""
        grant = self.settled.grant
        if grant is None:
            raise LookupError(f"{self.name} has no grant")
        return grant


@dataclass(frozen=True, slots=True)
class Failed:
    """The token request failed; `repeated` when an earlier answer to the same one-time token was lost."""

    error: TokenRequestFailed
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Superseded:
    """Readers have got no newer token by this: somebody authorized again meanwhile, or rotated at the same time."""


Result = AccessToken | Failed | Superseded | Wait


def find_held(token: Stored[TokenDocument | None]) -> AccessToken | None:
    """Return the token in a token document, good or not; None where there is none, or the document is damaged."""
    return token.document.token if token.document else None
