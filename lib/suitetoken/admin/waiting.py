"""Waiting for the broker: what an order has come to, told by the documents it changes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

from suitetoken.admin.status import read_one_status
from suitetoken.aws.records import Stored, connection_secret, find_token, read_connection
from suitetoken.aws.store import Store
from suitetoken.documents import (
    NEEDS_CONSENT,
    NOT_AUTHORIZED,
    REVOCATION_UNCONFIRMED,
    WITHOUT_AUTHORIZATION,
    Connection,
    Problem,
    TokenDocument,
)
from suitetoken.errors import AuthorizationRequired, InvalidDocument, NotFound, Unavailable

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


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before a rotation was ordered."""

    token: Stored[TokenDocument | None]
    connection: Connection

    @property
    def standing(self) -> Problem | None:
        """The problem that stood, as `status` tells it."""
        return _find_problem(self.token) or self.connection.problem

    @property
    def is_hopeless(self) -> bool:
        """Whether no rotation helps: somebody must authorize first. With a certificate NetSuite is asked again."""
        ends = WITHOUT_AUTHORIZATION if self.connection.is_machine else _ENDED_BY_CONSENT
        return self.standing is not None and self.standing.code in ends

    def find_news(self, problem: Problem | None) -> Problem | None:
        """Return the connection's problem where it was met since; that people were told of it makes no new one."""
        held = self.connection.problem
        known = held and (held.code, held.since)
        return problem if problem is not None and (problem.code, problem.since) != known else None


def will_rotate(document: TokenDocument | None, now: int, *, force: bool) -> bool:
    """Whether the broker will act on an operator's request: a good token under ten minutes old is left as it is."""
    return force or document is None or document.is_due(now, requested=True)


def look_before(store: Store, name: str) -> Before:
    """Return what stands before a rotation is ordered. Raises NotFound where there is no such connection."""
    connection = read_connection(store, name).document  # first, for it is what is told as missing
    return Before(find_token(store, name), connection)


def wait_for_rotation(store: Store, name: str, before: Before, patience: Patience) -> None:
    """Return once a new token is published.

    Raises AuthorizationRequired, with the problem's code and words, where the broker has met one or only a consent
    could help, or where one stands and nothing has come of the order; Unavailable where the broker has not answered.
    """
    standing = before.standing
    if standing is not None and before.is_hopeless:
        raise _refused(store, name, standing, "it cannot be rotated")

    def look() -> Problem | bool | None:
        token = find_token(store, name)
        if token.version.id != before.token.version.id:
            return _find_problem(token) or True
        return before.find_news(read_connection(store, name).document.problem)

    found = patience.wait(look)
    if isinstance(found, Problem):
        raise _refused(store, name, found, "the rotation failed")
    if found is None and standing is not None:
        raise _refused(store, name, standing, f"nothing came of it within {patience.seconds:g} s, and a problem stands")
    if found is None:
        raise _late(name, patience, "rotated")


def wait_for_revocation(store: Store, name: str, patience: Patience, *, force: bool = False) -> Connection:
    """Return the connection once it holds no grant, and no certificate in use or to follow.

    Raises Unavailable where the broker has not come so far in time, or NetSuite has not confirmed the end of the
    grant. With `force`, only the broker is waited for: that NetSuite has not confirmed before does not count.
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


def _find_problem(token: Stored[TokenDocument | None]) -> Problem | None:
    return token.document.problem if token.document else None


def _refused(store: Store, name: str, problem: Problem, what: str) -> AuthorizationRequired:
    """Return the error for a problem that a person must act on, with the next step that `status` has for it."""
    step = read_one_status(store, name, problem.since).next_step
    run = step if step.startswith("suitetoken ") else f"suitetoken status {name}"
    return AuthorizationRequired(f"{what} ({problem.code}): {problem.message}", subject=name, next_step=f"run `{run}`.")


def _late(name: str, patience: Patience, done: str) -> Unavailable:
    return Unavailable(
        f"the broker has not {done} it within {patience.seconds:g} s; it may still do so.",
        subject=name,
        next_step=f"see `suitetoken status {name}` and the log of the rotate function, then try again.",
    )
