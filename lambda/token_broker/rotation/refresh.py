"""One refresh: a reusable refresh token simply, a one-time one claimed first and its answer saved before it is read."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import update_connection
from suitetoken.aws.store import Version
from suitetoken.documents import Answer, Connection, Grant
from token_broker.context.broker import refuse_late_request
from token_broker.grants.answers import TokenAnswer, parse_answer, refuse_hopeless
from token_broker.grants.grants import renew_grant
from token_broker.netsuite.endpoint_errors import GrantRefused, TokenRequestFailed
from token_broker.netsuite.time_limits import ROTATION_SECONDS
from token_broker.netsuite.token_requests import prepare_refresh
from token_broker.problems.recording import is_same_grant
from token_broker.rotation.saved_answer import find_saved, giving_back, promote, publish
from token_broker.rotation.under_way import Failed, Refreshing, Result, Superseded
from token_broker.saving import one_time
from token_broker.saving.presentations import Wait


def refresh(refreshing: Refreshing) -> Result:
    """Refresh and publish, and say what came of it. Raises Unavailable when too little time is left to begin."""
    refuse_late_request(refreshing.remaining, ROTATION_SECONDS)
    if refreshing.client.is_public:
        return _refresh_one_time(refreshing)
    return _refresh_reusable(refreshing)


def is_reusable(refreshing: Refreshing) -> bool:
    """Whether the refresh token is good more than once: a confidential client's, or one that an answer has left."""
    stored = refreshing.stored.document
    stayed = stored.grant is not None and stored.grant.refresh_token == refreshing.grant.refresh_token
    return not refreshing.client.is_public or (stored.answer is not None and stayed)


def _refresh_reusable(refreshing: Refreshing) -> Result:
    asked_at = refreshing.broker.seconds()
    try:
        raw = _send(refreshing)
        answer = parse_answer(raw)
    except GrantRefused as error:
        saved = find_saved(refreshing)
        return Failed(error) if saved is None else promote(refreshing, saved)
    except TokenRequestFailed as error:
        return Failed(error)
    if answer.refresh_token not in (None, refreshing.grant.refresh_token):
        return promote(refreshing, _save_first(refreshing, Answer(raw, asked_at)))
    grant = _keep_grant(refreshing, answer, asked_at)
    return Superseded() if grant is None else publish(refreshing, answer, grant, asked_at)


def _save_first(refreshing: Refreshing, answer: Answer) -> Version:
    """Save the answer of a server that gives a confidential client another refresh token: the old one may be spent."""
    document, secret = replace(refreshing.settled, problem=None), refreshing.stored.version.secret
    return one_time.save_unpresented(refreshing.broker, secret, document, answer, refreshing.remaining)


def _keep_grant(refreshing: Refreshing, answer: TokenAnswer, asked_at: int) -> Grant | None:
    """Store what the refresh changed in the connection, mostly nothing; None where another grant is there now."""
    seen = refreshing.stored.document
    grant = renew_grant(refreshing.grant, answer, refreshing.client, seen, asked_at)
    if grant == seen.grant and seen.problem is None:
        return grant

    def change(connection: Connection) -> Connection | None:
        if not is_same_grant(connection, seen):
            return None
        return replace(connection, grant=grant, answer=None, problem=None)

    kept = update_connection(refreshing.broker.store, refreshing.name, change).document
    return grant if kept.grant == grant else None


def _refresh_one_time(refreshing: Refreshing) -> Result:
    turn = one_time.take_turn(refreshing.broker, refreshing.stored, refreshing.grant.refresh_token, refreshing.held)
    if isinstance(turn, Wait):
        return turn
    try:
        answered = turn if isinstance(turn, Version) else _present(refreshing, turn)
        return promote(refreshing, answered)
    except TokenRequestFailed as error:
        repeated = isinstance(turn, one_time.Turn) and turn.presentation.repeated
        return Failed(error, repeated)


def _present(refreshing: Refreshing, turn: one_time.Turn) -> Version:
    """Send the one-time token and save the answer as it came; release the token when it was certainly not spent."""
    asked_at = refreshing.broker.seconds()
    try:
        raw = refuse_hopeless(_send(refreshing))
    except TokenRequestFailed as error:
        if not error.maybe_spent:
            one_time.release(refreshing.broker, turn)
        raise
    next_document = replace(refreshing.settled, problem=None)
    with giving_back(refreshing, raw):
        return one_time.save_answer(refreshing.broker, turn, next_document, Answer(raw, asked_at), refreshing.remaining)


def _send(refreshing: Refreshing) -> str:
    request = prepare_refresh(refreshing.client, refreshing.grant.refresh_token)
    return refreshing.broker.token_endpoint.send(request, ROTATION_SECONDS)
