"""Problems: what stops a connection until somebody acts, how it is recorded, and when a refresh may be tried anyway."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import update_connection
from suitetoken.documents import (
    DEAD_GRANT,
    NEEDS_CONSENT,
    AccessToken,
    Client,
    Connection,
    Grant,
    Problem,
    TokenDocument,
    never_authorized,
)
from suitetoken.errors import SuiteTokenError
from token_broker.context.broker import Broker
from token_broker.netsuite.endpoint_errors import (
    ClientRefused,
    GrantRefused,
    RequestRefused,
    TokenRequestFailed,
    Unexplained,
    UnreadableAnswer,
    UnusableAnswer,
)
from token_broker.notices import events
from token_broker.notices.wording import tell_trouble
from token_broker.saving.publishing import publish_problem

TRY_AGAIN_SECONDS = 30 * 60
"""How often NetSuite is asked again in spite of a problem: a sixth of the sweeps.

No rarer, however long it lasts: readers have a token again within 40 minutes of the end of the trouble.
"""
LASTING_SECONDS = 3600
"""For how long an answer that is none may be an outage's: after that it is a problem."""
_REFUSED_BY_NETSUITE = frozenset({"invalid_grant", "consent_ended"})
_ASKING_SECONDS = 450
"""For how long, around each such moment: one sweep falls into it, though its message be 150 seconds late."""


def is_resting(problem: Problem, now: int) -> bool:
    """Whether NetSuite is left alone for the moment, after a refusal that asking every five minutes would not mend."""
    return (now - problem.since + _ASKING_SECONDS // 2) % TRY_AGAIN_SECONDS >= _ASKING_SECONDS


def is_last_moment(token_ends: float, now: int) -> bool:
    """Whether the token that readers have is about to end, at `token_ends` (epoch seconds): it is tried once more."""
    return 0 < token_ends - now <= _ASKING_SECONDS


def blocks_refresh(
    problem: Problem | None, now: int, *, force: bool, reusable: bool = False, token_ends: float = 0
) -> bool:
    """Whether to leave NetSuite alone: a dead grant for good, a refused client for half an hour at a time.

    A person's order (`force`) tries a grant again that NetSuite refused, where its refresh token is a `reusable` one:
    the account may have been restored.
    """
    if problem is None or problem.unconfirmed or problem.code == "client_changed":
        return False
    if problem.code in DEAD_GRANT:
        return not (force and reusable and problem.code in _REFUSED_BY_NETSUITE)
    return not force and not is_last_moment(token_ends, now) and is_resting(problem, now)


def find_standing_problem(connection: Connection, client: Client, name: str, now: int) -> Problem | None:
    """Return what makes a refresh pointless before anything is sent: no grant, or one of another client."""
    grant = connection.grant
    if grant is None:
        return connection.problem or never_authorized(name, now)
    if (grant.client_id, grant.account_id) != (client.client_id, client.account_id):
        text = (
            f"The client is another one than the grant was given to: run `suitetoken link {name}` and authorize again."
        )
        return Problem("client_changed", text, now)
    return None


def find_problem(error: TokenRequestFailed, grant: Grant, name: str, now: int, *, repeated: bool) -> Problem | None:
    """Return the problem that a failed refresh means, or None where the next sweep simply tries again."""
    if isinstance(error, GrantRefused):
        return _dead_grant(grant, name, now, repeated=repeated)
    if isinstance(error, ClientRefused | RequestRefused | UnusableAnswer):
        return Problem(error.code, _sentences(error), now)
    return None


def find_lasting_problem(error: SuiteTokenError, held: AccessToken | None, now: int) -> Problem | None:
    """Return the problem of what has been answered for an hour and is neither a token nor an error, else None.

    A maintenance page or a firewall's: the attempts began when the token that readers hold fell due.
    """
    if not isinstance(error, UnreadableAnswer | Unexplained):
        return None
    if held is not None and now - held.refresh_at < LASTING_SECONDS:
        return None
    return Problem(error.code, _sentences(error), now)


def _sentences(error: SuiteTokenError) -> str:
    return " ".join(part[0].upper() + part[1:] for part in (error.message, error.next_step) if part)


REFUSALS = (ClientRefused, RequestRefused, UnreadableAnswer, Unexplained)
"""Failures that may be weather the first time: of NetSuite itself, or of a proxy before it."""


def _dead_grant(grant: Grant, name: str, now: int, *, repeated: bool) -> Problem:
    again = f"Run `suitetoken link {name}` and authorize again."
    if now >= grant.expires_at:
        return Problem("consent_ended", f"The consent has ended. {again}", now)
    if repeated:
        lost = "NetSuite spent the one-time refresh token, but its answer never arrived."
        return Problem("ambiguous", f"{lost} {again}", now)
    text = (
        f"NetSuite does not accept the grant any more (invalid_grant): revoked, or its role or record changed. {again}"
    )
    return Problem("invalid_grant", text, now)


def is_same_grant(one: Connection, other: Connection) -> bool:
    """Whether two readings of a connection hold the very same refresh token, or the same certificate in use."""
    mine, theirs = one.certificates.current, other.certificates.current
    return (one.grant, one.answer, mine) == (other.grant, other.answer, theirs)


def find_reach(seen: Connection, now: int) -> int:
    """Return until when tokens were authorized that a word about the connection, as it was seen at `now`, is about.

    A certificate that was registered anew has not worked yet, but tokens got with it before are its own.
    """
    return seen.authorized_at or (now if seen.is_machine else 0)


def record_problem(broker: Broker, name: str, problem: Problem, seen: Connection) -> bool:
    """Write the problem into the connection, then for the readers, then tell people; False where it is stale.

    `seen` is the connection as it was when the problem was met. Where somebody has authorized again or refreshed
    meanwhile, theirs stands: a loser never downgrades the winner's record.
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
    problem. Who `ordered` the rotation is waiting for the answer, and gets it the first time.
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
    # The same codes are about a certificate there, and other words.
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
