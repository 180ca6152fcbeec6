"""A rotation under way: what every road to a next token goes with."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.records import Stored
from token_broker.broker import Broker, Remaining

READ_SECONDS = 30
"""How long to wait for the answer to the token request."""


@dataclass(frozen=True, slots=True)
class Rotating:
    """One connection's rotation. `stored` is the connection as it was read, `token` what its readers had then."""

    broker: Broker
    name: str
    client: Client
    token: Stored[TokenDocument | None]
    stored: Stored[Connection]
    remaining: Remaining
