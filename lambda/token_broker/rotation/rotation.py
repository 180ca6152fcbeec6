"""Rotate one connection: see whether it is due, heal what a crash left, remind, refresh, publish."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suitetoken.aws.records import Stored, find_token, read_client, read_connection
from suitetoken.documents import AccessToken, Connection, Problem, TokenDocument
from suitetoken.errors import NotFound, QuotaReached
from token_broker.authorization.exchange import give_up_attempts, heal_exchange, list_unfinished
from token_broker.context.broker import Broker, Remaining
from token_broker.context.outcome import Outcome, Request
from token_broker.notices import events
from token_broker.problems.recording import make_sure_it_is_told, record_problem, record_refusal
from token_broker.problems.refresh_problems import (
    REFUSALS,
    blocks_refresh,
    find_grant_problem,
    find_lasting_problem,
    find_refresh_problem,
)
from token_broker.revocation.revocation import go_on
from token_broker.rotation.machine import rotate_machine
from token_broker.rotation.news import remind_of_consent, report_failure, warn_of_short_life
from token_broker.rotation.nothing_newer import is_served, look_after
from token_broker.rotation.refresh import (
    Failed,
    Refreshing,
    Result,
    Superseded,
    is_answered_after_all,
    is_reusable,
    publish_saved_answer,
    refresh,
)
from token_broker.rotation.under_way import Rotating, find_held
from token_broker.saving import one_time

_OTHER_GRANT = frozenset({"healed", "superseded"})
"""Outcomes after which another grant stands than the one that was read."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at both documents found, and who asked for it."""

    broker: Broker
    name: str
    token: Stored[TokenDocument | None]
    stored: Stored[Connection]
    request: Request
    remaining: Remaining

    @property
    def held(self) -> AccessToken | None:
        """The token that readers have, good or not."""
        return find_held(self.token)


def rotate(broker: Broker, name: str, request: Request, remaining: Remaining) -> Outcome:
    """Rotate the connection's token if that is due, and finish what a callback began; two reads where nothing is.

    Raises errors of the store and InvalidDocument; a failed refresh is an outcome, for the next sweep tries again.
    """
    token = _find_token_unless_ending(broker, name)
    stored = read_connection(broker.store, name)
    if token is None or stored.document.ending is not None:
        return go_on(broker, name, stored.document, remaining, force=request.force)
    looked = Looked(broker, name, token, stored, request, remaining)
    outcome = _rotate_due(looked) if _is_anything_due(looked) else _look_at_attempts(looked)
    return outcome if outcome.token is not None else replace(outcome, token=looked.held)


def _find_token_unless_ending(broker: Broker, name: str) -> Stored[TokenDocument | None] | None:
    """Return the token document, read before the connection: whoever ends that afterwards finds an old version here.

    None where it is gone because the connection is being removed; raises NotFound where it is gone otherwise.
    """
    try:
        return find_token(broker.store, name)
    except NotFound:
        if read_connection(broker.store, name).document.ending is None:
            raise
        return None


def _is_anything_due(looked: Looked) -> bool:
    document, held, request = looked.token.document, looked.held, looked.request
    due = request.force or document is None or document.is_due(looked.broker.seconds(), requested=request.requested)
    return due or (held is not None and is_unpublished(looked.stored.document, held))


def _look_at_attempts(looked: Looked) -> Outcome:
    """Finish the attempt that a callback left, if it saved an answer; the token is fresh."""
    broker, name, connection = looked.broker, looked.name, looked.stored.document
    if not list_unfinished(connection, broker.seconds()):
        return Outcome("fresh", name)
    client = read_client(broker.store, connection.client)
    if heal_exchange(broker, name, client, connection):
        return Outcome("healed", name)
    give_up_attempts(broker, name)
    return Outcome("fresh", name)


def _rotate_due(looked: Looked) -> Outcome:
    outcome, grant = _rotate_by_kind(looked), looked.stored.document.grant
    if grant is None or outcome.name in _OTHER_GRANT:
        return outcome
    return replace(outcome, consent_ends_at=grant.expires_at)


def _rotate_by_kind(looked: Looked) -> Outcome:
    broker, name, connection = looked.broker, looked.name, looked.stored.document
    client = read_client(broker.store, connection.client)
    under_way = (broker, name, client, looked.token, looked.stored, looked.remaining)
    if connection.is_machine:
        return rotate_machine(Rotating(*under_way), looked.request)
    if heal_exchange(broker, name, client, connection):
        return Outcome("healed", name)
    standing = find_grant_problem(connection, client, name, broker.seconds())
    if standing is not None:
        return _wait(broker, name, connection, looked.token.document, standing)
    return _rotate_grant(Refreshing(*under_way), looked.request)


def is_unpublished(connection: Connection, held: AccessToken) -> bool:
    """Whether readers hold a token of an earlier grant than the connection's: its own was never published."""
    grant = connection.grant
    return grant is not None and grant.id != held.grant_id and grant.authorized_at >= held.authorized_at


def _wait(broker: Broker, name: str, connection: Connection, token: TokenDocument | None, problem: Problem) -> Outcome:
    make_sure_it_is_told(broker, name, connection, token, problem)
    return Outcome("waiting", name, error=problem.code)


def _rotate_grant(refreshing: Refreshing, request: Request) -> Outcome:
    broker, name, connection = refreshing.broker, refreshing.name, refreshing.stored.document
    problem = connection.problem
    token_ends = refreshing.held.expires_at if refreshing.held else 0
    blocked = blocks_refresh(
        problem, broker.seconds(), force=request.force, reusable=is_reusable(refreshing), token_ends=token_ends
    )
    if problem is not None and blocked and not (problem.code == "ambiguous" and is_answered_after_all(refreshing)):
        return _wait(broker, name, connection, refreshing.token.document, problem)
    refreshing = replace(refreshing, stored=remind_of_consent(broker, name, refreshing.stored))
    if refreshing.stored.document.grant_id != connection.grant_id:
        return Outcome("superseded", name)
    saved = publish_saved_answer(refreshing)
    if isinstance(saved, AccessToken):
        return Outcome("rotated", name, token=saved)
    if isinstance(saved, Superseded) and is_served(refreshing):
        return Outcome("superseded", name)
    try:
        return _conclude(refreshing, refresh(refreshing), request)
    except QuotaReached as error:
        report_failure(broker, name, connection, refreshing.token.document, error, one_time=False)
        raise


def _conclude(refreshing: Refreshing, result: Result, request: Request) -> Outcome:
    name = refreshing.name
    if isinstance(result, AccessToken):
        refreshing.broker.events.send(
            events.ROTATED, name, "The access token was rotated.", expires_at=result.expires_at
        )
        return Outcome("rotated", name, token=result)
    if isinstance(result, Superseded):
        return look_after(refreshing, refreshing.grant.id)
    if isinstance(result, one_time.Wait):
        if result.spread:
            warn_of_short_life(refreshing.broker, name, refreshing.stored.document, refreshing.held)
        return Outcome("busy", name)
    return _fail(refreshing, result, ordered=request.force or request.requested)


def _fail(refreshing: Refreshing, failure: Failed, *, ordered: bool) -> Outcome:
    broker, name, seen, error = refreshing.broker, refreshing.name, refreshing.stored.document, failure.error
    now = broker.seconds()
    problem = find_refresh_problem(error, refreshing.grant, name, now, repeated=failure.repeated)
    problem = problem or find_lasting_problem(error, refreshing.held, now)
    if problem is None:
        new_doubt = refreshing.client.is_public and not failure.repeated
        report_failure(broker, name, seen, refreshing.token.document, error, one_time=new_doubt)
        return Outcome("failed", name, error=error.code)
    if isinstance(error, REFUSALS):
        recorded = record_refusal(broker, name, problem, seen, ordered=ordered)
    else:
        recorded = record_problem(broker, name, problem, seen)
    return Outcome("failed" if recorded else "superseded", name, error=problem.code)
