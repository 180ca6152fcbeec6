"""What stops a connection that a person authorized, and when a refresh is tried in spite of it; pure."""

from __future__ import annotations

from suitetoken.documents import (
    DEAD_GRANT,
    AccessToken,
    Client,
    Connection,
    Grant,
    Problem,
    never_authorized,
)
from suitetoken.errors import SuiteTokenError
from token_broker.netsuite.endpoint_errors import (
    ClientRefused,
    GrantRefused,
    RequestRefused,
    TokenRequestFailed,
    Unexplained,
    UnreadableAnswer,
    UnusableAnswer,
)

TRY_AGAIN_SECONDS = 30 * 60
"""How often NetSuite is asked again in spite of a problem: a sixth of the sweeps.

No rarer, however long it lasts: readers have a token again within 40 minutes of the end of the trouble.
"""
LASTING_SECONDS = 3600
"""How long answers that are neither a token response nor an error are taken for an outage; then it is a problem."""
_REFUSED_BY_NETSUITE = frozenset({"invalid_grant", "consent_ended"})
_ASKING_SECONDS = 450
"""How long, around each such moment, NetSuite is asked: one sweep falls into it, even if its message is 150 s late."""


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


def find_grant_problem(connection: Connection, client: Client, name: str, now: int) -> Problem | None:
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


def find_refresh_problem(
    error: TokenRequestFailed, grant: Grant, name: str, now: int, *, repeated: bool
) -> Problem | None:
    """Return the problem that a failed refresh means, or None where the next sweep simply tries again."""
    if isinstance(error, GrantRefused):
        return _dead_grant(grant, name, now, repeated=repeated)
    if isinstance(error, ClientRefused | RequestRefused | UnusableAnswer):
        return Problem(error.code, join_sentences(error), now)
    return None


def find_lasting_problem(error: SuiteTokenError, held: AccessToken | None, now: int) -> Problem | None:
    """Return the problem where NetSuite's answers have been neither a token nor an error for an hour; else None.

    Such an answer is a maintenance page, or comes from a firewall. The hour begins when the token that readers hold was
    to be rotated.
    """
    if not isinstance(error, UnreadableAnswer | Unexplained):
        return None
    if held is not None and now - held.refresh_at < LASTING_SECONDS:
        return None
    return Problem(error.code, join_sentences(error), now)


def join_sentences(error: SuiteTokenError) -> str:
    """Return what an error says and its next step, each as a sentence."""
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
