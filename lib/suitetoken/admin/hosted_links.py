"""Hosted links: the address to send to a person who may authorize a connection."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from suitetoken.admin.connections import refuse_ending
from suitetoken.aws.records import read_connection, update_connection
from suitetoken.aws.store import Store
from suitetoken.documents import Connection
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_name
from suitetoken.shared_names import AUTHORIZE_PATH
from suitetoken.signing.keys import KeyRing
from suitetoken.signing.links import Link, make_series, sign_link

SHORTEST_SECONDS = 60
LONGEST_SECONDS = 30 * 86_400
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([1-9][0-9]{0,8})([smhd])", re.ASCII)


@dataclass(frozen=True, slots=True)
class HostedLink:
    """A link and until when it lives (epoch seconds)."""

    url: str = field(repr=False)
    expires_at: int


def make_hosted_link(
    store: Store, keys: KeyRing, public_url: str, name: str, asked_by: str, expires_at: int
) -> HostedLink:
    """Return a link that dies once somebody has authorized. Raises NotFound for an unknown connection."""
    connection = read_connection(store, parse_name(name, "connection")).document
    refuse_ending(name, connection)
    if connection.is_machine:
        raise InvalidInput(
            "this connection needs no person: it gets its tokens by certificate.",
            subject=name,
            next_step=f"see `suitetoken certificate show {name}`.",
        )
    link = Link(name, connection.grant_id, asked_by, expires_at, connection.link_series)
    return HostedLink(f"{public_url}{AUTHORIZE_PATH}{sign_link(link, keys.signing_key())}", expires_at)


def revoke_links(store: Store, name: str) -> None:
    """Kill every link of a connection, and every attempt begun with one, at once; its grant and token stay.

    An attempt whose code is being exchanged this very moment dies with its claim. Raises NotFound for an unknown
    connection.
    """
    series = make_series()

    def change(held: Connection) -> Connection:
        ended = tuple(claim for claim in held.claims if claim.outcome is not None)
        return replace(held, link_series=series, claims=ended)

    update_connection(store, parse_name(name, "connection"), change)


def parse_duration(text: str) -> int:
    """Return the seconds of `30m`, `24h` or `7d`, or raise InvalidInput; a link lives a minute to 30 days."""
    match = _DURATION.fullmatch(text)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(
            f"{text[:20]!r} is no length of time for a link.",
            next_step="give a number and s, m, h or d, from 1m to 30d, for example 24h.",
        )
    return seconds
