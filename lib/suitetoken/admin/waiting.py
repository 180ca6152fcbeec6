"""Waiting for the broker: what an order has come to, told by the documents it changes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

from suitetoken.documents import NEEDS_CONSENT, NOT_AUTHORIZED, REVOCATION_UNCONFIRMED, Connection, TokenDocument
from suitetoken.errors import AuthorizationRequired, InvalidDocument, NotFound, Unavailable
from suitetoken.records import Stored, connection_secret, find_token, read_connection
from suitetoken.store import Store

POLL_SECONDS = 2
_ENDED_BY_CONSENT = NEEDS_CONSENT | {NOT_AUTHORIZED}
T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, and by which clock."""

    seconds: float
    now: Callable[[], float] = monotonic
    sleep: Callable[[float], None] = sleep

    def wait(self, look: Callable[[], T | None]) -> T | None:
        """Return the first thing that `look` finds, or None when the time is over; it looks at least once."""
        end = self.now() + self.seconds
        while True:
            found = look()
            if found is not None or self.now() >= end:
                return found
            self.sleep(POLL_SECONDS)


def will_rotate(document: TokenDocument | None, now: int, *, force: bool) -> bool:
    """Whether the broker will act on an operator's request: a good token under ten minutes old is left as it is."""
    token = document.token if document else None
    if force or document is None or document.problem is not None or token is None:
        return True
    return not token.is_young(now)


def wait_for_rotation(store: Store, name: str, before: Stored[TokenDocument | None], patience: Patience) -> None:
    """Return once a new token is published.

    Raises AuthorizationRequired where a person must act first, Unavailable where the broker has not answered in time.
    """
    _refuse_problem(name, before.document, _ENDED_BY_CONSENT)

    def look() -> Stored[TokenDocument | None] | None:
        stored = find_token(store, name)
        return stored if stored.version.id != before.version.id else None

    after = patience.wait(look)
    _refuse_problem(name, (after or find_token(store, name)).document)
    if after is None:
        raise _late(name, patience, "rotated")


def wait_for_revocation(store: Store, name: str, patience: Patience, *, force: bool = False) -> Connection:
    """Return the connection once it holds no grant, and no certificate in use or to follow.

    Raises Unavailable where the broker has not come so far in time, or NetSuite has not confirmed the end of the
    grant. Whoever insists waits for the broker alone: what NetSuite has not confirmed before does not count.
    """

    def look() -> Connection | None:
        held = read_connection(store, name).document
        if not force:
            _refuse_unconfirmed(name, held)
        return None if held.is_granted or held.certificates.next is not None or held.ending is not None else held

    revoked = patience.wait(look)
    if revoked is None:
        raise _late(name, patience, "revoked")
    return revoked


def wait_for_removal(store: Store, name: str, patience: Patience, *, force: bool = False) -> None:
    """Return once the connection is gone. Raises Unavailable as `wait_for_revocation` does."""

    def look() -> bool | None:
        if not store.exists(connection_secret(name)):
            return True
        if not force:
            with contextlib.suppress(NotFound, InvalidDocument):
                _refuse_unconfirmed(name, read_connection(store, name).document)
        return None

    if not patience.wait(look):
        raise _late(name, patience, "removed")


def _refuse_unconfirmed(name: str, connection: Connection) -> None:
    problem = connection.problem
    if connection.ending is not None and problem is not None and problem.code == REVOCATION_UNCONFIRMED:
        raise Unavailable(problem.message, subject=name, next_step="wait, or see `suitetoken status`.")


def _refuse_problem(name: str, document: TokenDocument | None, codes: frozenset[str] | None = None) -> None:
    problem = document.problem if document else None
    if problem is not None and (codes is None or problem.code in codes):
        raise AuthorizationRequired(problem.message, subject=name, next_step=f"see `suitetoken status {name}`.")


def _late(name: str, patience: Patience, done: str) -> Unavailable:
    return Unavailable(
        f"the broker has not {done} it within {patience.seconds:g} s; it may still do so.",
        subject=name,
        next_step=f"see `suitetoken status {name}` and the log of the rotate function, then try again.",
    )
