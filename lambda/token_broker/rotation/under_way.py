"""A rotation under way: what every road to a next token goes with."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.aws.records import Stored
from suitetoken.documents import AccessToken, Client, Connection, TokenDocument
from token_broker.context.broker import Broker, Remaining


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


def find_held(token: Stored[TokenDocument | None]) -> AccessToken | None:
    """Return the token in a token document, good or not; None where there is none, or the document is damaged."""
    return token.document.token if token.document else None
