"""One refresh: a reusable refresh token simply, a one-time one with its answer saved before it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from suitetoken.aws.records import parse_connection, read_connection, update_connection
from suitetoken.aws.store import Version
from suitetoken.documents import AccessToken, Answer, Connection, Grant
from suitetoken.errors import BeingDeleted, Conflict, NotFound
from token_broker.context.broker import refuse_late_request
from token_broker.grants.access_tokens import make_access_token
from token_broker.grants.answers import TokenAnswer, parse_answer, refuse_hopeless
from token_broker.grants.grants import renew_grant, settle
from token_broker.netsuite.endpoint_errors import GrantRefused, TokenRequestFailed
from token_broker.netsuite.time_limits import ROTATION_SECONDS
from token_broker.netsuite.token_requests import prepare_refresh
from token_broker.problems.recording import is_same_grant
from token_broker.rotation.under_way import Rotating
from token_broker.saving import one_time
from token_broker.saving.publishing import publish_token
from token_broker.saving.unwanted import give_back, give_back_if_gone


@dataclass(frozen=True, slots=True)
class Refreshing(Rotating):
    """A rotation by refresh token. The answer in the stored connection may be newer than its grant."""

    @property
    def settled(self) -> Connection:
        """The connection with the refresh token that counts now in its grant."""
        return settle(self.stored.document, self.client)

    @property
    def grant(self) -> Grant:
        """The grant that counts now; there is one, or there would be nothing to refresh."""
        grant = self.settled.grant
        if grant is None:
            raise LookupError(f"{self.name} has no grant")
        return grant


@dataclass(frozen=True, slots=True)
class Failed:
    """The token request failed; `repeated` when an earlier answer to the same one-time token was lost."""

    error: TokenRequestFailed
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Superseded:
    """Readers have got no newer token by this: somebody authorized again meanwhile, or rotated at the same time."""


Result = AccessToken | Failed | Superseded | one_time.Wait


def refresh(refreshing: Refreshing) -> Result:
    """Refresh and publish, and say what came of it. Raises Unavailable when too little time is left to begin."""
    refuse_late_request(refreshing.remaining, ROTATION_SECONDS)
    if refreshing.client.is_public:
        return _refresh_one_time(refreshing)
    return _refresh_reusable(refreshing)


def is_answered_after_all(refreshing: Refreshing) -> bool:
    """Whether the answer that was given up for lost was saved later, by a worker that slept with it in its hands."""
    if not refreshing.client.is_public:
        return False
    return _find_saved(refreshing) is not None


def is_reusable(refreshing: Refreshing) -> bool:
    """Whether the refresh token is good more than once: a confidential client's, or one that an answer has left."""
    stored = refreshing.stored.document
    stayed = stored.grant is not None and stored.grant.refresh_token == refreshing.grant.refresh_token
    return not refreshing.client.is_public or (stored.answer is not None and stayed)


def publish_saved_answer(refreshing: Refreshing) -> AccessToken | Superseded | None:
    """Publish the token of a saved answer that a crash kept from the readers; None where there is none worth it."""
    answer, held = refreshing.stored.document.answer, refreshing.held
    if answer is None or (held is not None and held.issued_at >= answer.asked_at):
        return None
    made = _make_token(refreshing, parse_answer(answer.raw), refreshing.grant, answer.asked_at)
    if made.refresh_at <= refreshing.broker.seconds():
        return None
    return made if _put_before_readers(refreshing, made) else Superseded()


def _refresh_reusable(refreshing: Refreshing) -> Result:
    asked_at = refreshing.broker.seconds()
    try:
        raw = _send(refreshing)
        answer = parse_answer(raw)
    except GrantRefused as error:
        saved = _find_saved(refreshing)
        return Failed(error) if saved is None else _promote(refreshing, saved)
    except TokenRequestFailed as error:
        return Failed(error)
    if answer.refresh_token not in (None, refreshing.grant.refresh_token):
        return _promote(refreshing, _save_first(refreshing, Answer(raw, asked_at)))
    grant = _keep_grant(refreshing, answer, asked_at)
    return Superseded() if grant is None else _publish(refreshing, answer, grant, asked_at)


def _save_first(refreshing: Refreshing, answer: Answer) -> Version:
    """Save the answer of a server that gives a confidential client another refresh token: the old one may be spent."""
    document, secret = replace(refreshing.settled, problem=None), refreshing.stored.version.secret
    return one_time.save_unpresented(refreshing.broker, secret, document, answer, refreshing.remaining)


def _find_saved(refreshing: Refreshing) -> Version | None:
    """Return the answer to this refresh token that was saved and not used."""
    stored, presented = refreshing.stored, refreshing.grant.refresh_token
    return one_time.find_saved_answer(refreshing.broker, stored.version.secret, stored.document, presented)


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
    if isinstance(turn, one_time.Wait):
        return turn
    try:
        answered = turn if isinstance(turn, Version) else _present(refreshing, turn)
        return _promote(refreshing, answered)
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
    with _giving_back(refreshing, raw):
        return one_time.save_answer(refreshing.broker, turn, next_document, Answer(raw, asked_at), refreshing.remaining)


def _promote(refreshing: Refreshing, answered: Version) -> Result:
    """Make the saved answer the current document, then publish its token."""
    document = parse_connection(refreshing.broker.store, answered).document
    answer = document.answer
    if answer is None:
        raise LookupError(f"{refreshing.name}: the saved answer is empty")
    parsed = parse_answer(answer.raw)
    # What a worker saved that is gone since may lack what others have changed meanwhile: then it is merged.
    is_next = document == replace(refreshing.settled, answer=answer, problem=None)
    with _giving_back(refreshing, answer.raw):
        if not (is_next and _make_current(refreshing, answered)) and not _merge_answer(refreshing, answer):
            return Superseded()
    grant = renew_grant(refreshing.grant, parsed, refreshing.client, refreshing.settled, answer.asked_at)
    return _publish(refreshing, parsed, grant, answer.asked_at)


def _make_current(refreshing: Refreshing, answered: Version) -> bool:
    """Promote the saved answer; False where somebody else was faster."""
    try:
        refreshing.broker.store.promote(refreshing.stored.version, answered)
    except Conflict:
        return False
    return True


def _merge_answer(refreshing: Refreshing, answer: Answer) -> bool:
    """Put the answer into the document that somebody else changed meanwhile; False where the grant is another."""
    seen = refreshing.stored.document

    def change(connection: Connection) -> Connection | None:
        if not is_same_grant(connection, seen) or connection.answer == answer:
            return None
        return replace(settle(connection, refreshing.client), answer=answer, problem=None)

    merged = update_connection(refreshing.broker.store, refreshing.name, change).document
    if merged.grant is None:
        give_back(refreshing.broker, refreshing.client, answer.raw, refreshing.remaining)
    return merged.answer == answer


@contextmanager
def _giving_back(refreshing: Refreshing, raw: str) -> Iterator[None]:
    """Give the answer back where the connection turns out to have been removed meanwhile."""
    try:
        yield
    except (NotFound, BeingDeleted):
        give_back_if_gone(refreshing.broker, refreshing.name, refreshing.client, raw, refreshing.remaining)
        raise


def _send(refreshing: Refreshing) -> str:
    request = prepare_refresh(refreshing.client, refreshing.grant.refresh_token)
    return refreshing.broker.token_endpoint.send(request, ROTATION_SECONDS)


def _publish(refreshing: Refreshing, answer: TokenAnswer, grant: Grant, asked_at: int) -> Result:
    token = _make_token(refreshing, answer, grant, asked_at)
    return token if _put_before_readers(refreshing, token) else Superseded()


def _put_before_readers(refreshing: Refreshing, token: AccessToken) -> bool:
    """Publish the token; False where the readers' document has not become newer by it."""
    store, seen = refreshing.broker.store, refreshing.token.version
    return publish_token(store, refreshing.name, token, seen, lambda: _still_stands(refreshing))


def _still_stands(refreshing: Refreshing) -> bool:
    """Whether the grant is still the connection's: asked where others have changed the readers' document meanwhile."""
    return read_connection(refreshing.broker.store, refreshing.name).document.holds(refreshing.grant.id)


def _make_token(refreshing: Refreshing, answer: TokenAnswer, grant: Grant, asked_at: int) -> AccessToken:
    return make_access_token(refreshing.name, answer, grant, refreshing.client, asked_at)
