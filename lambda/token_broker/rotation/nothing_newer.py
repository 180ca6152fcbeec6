"""A rotation whose token was not published: fine where another worker gave readers a good one, else a problem."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import find_token, read_connection, update_connection
from suitetoken.documents import Connection, Problem
from token_broker.context.outcome import Outcome
from token_broker.problems.recording import is_same_grant, record_problem
from token_broker.rotation.under_way import Rotating, find_held


def look_after(rotating: Rotating, grant_id: str) -> Outcome:
    """Say how a rotation ended whose token was not published, though its grant was `grant_id`.

    Where readers have a good token, or the grant is not the connection's any more, others were faster.
    """
    broker, name = rotating.broker, rotating.name
    stored = read_connection(broker.store, name).document
    if is_served(rotating) or not stored.holds(grant_id) or stored.ending is not None:
        return Outcome("superseded", name)
    known = rotating.stored.document.problem
    if known is not None and known.code == "no_newer_token" and not known.untold:
        _put_back(rotating, stored, known)
        return Outcome("failed", name, error=known.code)
    text = (
        "NetSuite has answered, and readers have no newer token by it: their document holds one that was issued later. "
        "Compare the clocks, and who else writes that secret."
    )
    record_problem(broker, name, Problem("no_newer_token", text, broker.seconds()), stored)
    return Outcome("failed", name, error="no_newer_token")


def _put_back(rotating: Rotating, seen: Connection, known: Problem) -> None:
    """Record the problem again that the answer had ended: readers have no newer token still, and people know of it."""

    def change(connection: Connection) -> Connection | None:
        ended = is_same_grant(connection, seen) and connection.problem is None
        return replace(connection, problem=known) if ended else None

    update_connection(rotating.broker.store, rotating.name, change)


def is_served(rotating: Rotating) -> bool:
    """Whether readers hold a token that is good now, as their document says when it is read again."""
    held = find_held(find_token(rotating.broker.store, rotating.name))
    return held is not None and held.expires_at > rotating.broker.seconds()
