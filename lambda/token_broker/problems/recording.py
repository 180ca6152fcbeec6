"""Recording a problem: in the connection, in the document that readers have, and with the people who must act."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import update_connection
from suitetoken.documents import (
    NEEDS_CONSENT,
    AccessToken,
    Connection,
    Problem,
    TokenDocument,
)
from suitetoken.errors import SuiteTokenError
from token_broker.context.broker import Broker
from token_broker.notices import events
from token_broker.notices.wording import tell_trouble
from token_broker.saving.publishing import publish_problem


def is_same_grant(one: Connection, other: Connection) -> bool:
    """Whether two readings of a connection hold the very same refresh token, or the same certificate in use."""
    mine, theirs = one.certificates.current, other.certificates.current
    return (one.grant, one.answer, mine) == (other.grant, other.answer, theirs)


def find_reach(seen: Connection, now: int) -> int:
    """Return the latest authorization of tokens that a problem of the connection applies to (epoch seconds).

    `seen` is the connection as it was at `now`. A certificate that was registered again has not worked since, but
    tokens got with it before are its own.
    """
    return seen.authorized_at or (now if seen.is_machine else 0)


def record_problem(broker: Broker, name: str, problem: Problem, seen: Connection) -> bool:
    """Write the problem into the connection, then for the readers, then tell people; False where it is stale.

    `seen` is the connection as it was when the problem was met. Where the connection was authorized again or
    refreshed since then, the problem is stale: nothing is written.
    """

    def change(connection: Connection) -> Connection | None:
        held = connection.confirmed_problem
        known = held is not None and held.code == problem.code
        is_new = is_same_grant(connection, seen) and not known
        return replace(connection, problem=replace(problem, untold=seen.is_granted)) if is_new else None

    stored = update_connection(broker.store, name, change).document
    if not is_same_grant(stored, seen):
        return False
    reach = find_reach(seen, problem.since)
    token = publish_problem(broker.store, name, stored.problem or problem, reach)
    if stored.problem is not None and stored.problem.untold:
        _tell_until_sent(broker, name, stored, stored.problem, token)
    return True


def record_refusal(broker: Broker, name: str, problem: Problem, seen: Connection, *, ordered: bool) -> bool:
    """Record a problem that may be weather; False where it is stale.

    The first time it is noted in the connection only, and asked again at the next sweep; refused then too it is a
    problem. An operator who has `ordered` the rotation waits for the answer, so it is recorded the first time.
    """
    if ordered or seen.problem is not None:
        return record_problem(broker, name, problem, seen)

    def change(connection: Connection) -> Connection | None:
        is_first = is_same_grant(connection, seen) and connection.problem is None
        return replace(connection, problem=replace(problem, unconfirmed=True)) if is_first else None

    return is_same_grant(update_connection(broker.store, name, change).document, seen)


def make_sure_it_is_told(
    broker: Broker, name: str, connection: Connection, token: TokenDocument | None, problem: Problem
) -> None:
    """Record and tell a problem that stands, unless both documents say so already and people know."""
    said = token is not None and token.problem is not None and token.problem.code == problem.code
    known = connection.problem is not None and connection.problem.code == problem.code
    untold = connection.problem is not None and connection.problem.untold
    if not known or not said or untold:
        record_problem(broker, name, problem, connection)


def _tell_until_sent(
    broker: Broker, name: str, connection: Connection, problem: Problem, token: AccessToken | None
) -> None:
    """Tell people, and record that they were told; where that fails, the next sweep tells them."""

    def change(current: Connection) -> Connection | None:
        return replace(current, problem=replace(problem, untold=False)) if current.problem == problem else None

    if tell_problem(broker, name, connection, problem, token):
        update_connection(broker.store, name, change)


def tell_problem(
    broker: Broker, name: str, connection: Connection, problem: Problem, token: AccessToken | None
) -> bool:
    """Raise the event for a problem, with a fresh link where a person must consent again; False where it was not sent.

    `token` is what readers go on with for as long as it lives.
    """
    needs_consent = problem.code in NEEDS_CONSENT and not connection.is_machine
    account_id = connection.grant.account_id if connection.grant else None
    # With a certificate the same codes mean something else, and the message says it in its own words.
    code = "other" if connection.is_machine else problem.code
    return broker.events.send(
        events.AUTHORIZATION_REQUIRED if needs_consent else events.ROTATION_FAILED,
        name,
        **tell_trouble(name, account_id, code, problem.message, token, broker.seconds()),
        problem=problem.code,
        account_id=account_id,
        link=make_link_or_none(broker, name, connection) if needs_consent else None,
    )


def make_link_or_none(broker: Broker, name: str, connection: Connection) -> str | None:
    """Return a fresh link; without the link key the news still goes out."""
    try:
        return broker.make_fresh_link(name, connection)
    except SuiteTokenError:
        return None
