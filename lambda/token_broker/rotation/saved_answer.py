"""An answer to a refresh token on its way to the readers: saved, made the connection's own, its token published.

After a crash, the next worker goes on from the saved answer as the one before would have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from suitetoken.aws.records import parse_connection, read_connection, update_connection
from suitetoken.aws.store import Version
from suitetoken.documents import AccessToken, Answer, Connection, Grant
from suitetoken.errors import BeingDeleted, Conflict, NotFound
from token_broker.grants.access_tokens import make_access_token
from token_broker.grants.answers import TokenAnswer, parse_answer
from token_broker.grants.grants import renew_grant, settle
from token_broker.problems.recording import is_same_grant
from token_broker.rotation.under_way import Refreshing, Result, Superseded
from token_broker.saving import one_time
from token_broker.saving.publishing import publish_token
from token_broker.saving.unwanted import give_back, give_back_if_gone


def is_answered_after_all(refreshing: Refreshing) -> bool:
    """Whether the answer that was given up for lost was saved later, by a worker that was suspended before it saved."""
    if not refreshing.client.is_public:
        return False
    return find_saved(refreshing) is not None


def publish_saved_answer(refreshing: Refreshing) -> AccessToken | Superseded | None:
    """Publish the token of a saved answer that a crash left unpublished.

    None where no answer is saved, where readers hold a token that is as new, and where the token would be due by now.
    """
    answer, held = refreshing.stored.document.answer, refreshing.held
    if answer is None or (held is not None and held.issued_at >= answer.asked_at):
        return None
    made = _make_token(refreshing, parse_answer(answer.raw), refreshing.grant, answer.asked_at)
    if made.refresh_at <= refreshing.broker.seconds():
        return None
    return made if _put_before_readers(refreshing, made) else Superseded()


def find_saved(refreshing: Refreshing) -> Version | None:
    """Return the answer to this refresh token that was saved and not used."""
    stored, presented = refreshing.stored, refreshing.grant.refresh_token
    return one_time.find_saved_answer(refreshing.broker, stored.version.secret, stored.document, presented)


def promote(refreshing: Refreshing, answered: Version) -> Result:
    """Make the saved answer the current document, then publish its token."""
    document = parse_connection(refreshing.broker.store, answered).document
    answer = document.answer
    if answer is None:
        raise LookupError(f"{refreshing.name}: the saved answer is empty")
    parsed = parse_answer(answer.raw)
    # A worker that crashed saved the document as it was then. Where others have changed it since, the answer is merged.
    is_next = document == replace(refreshing.settled, answer=answer, problem=None)
    with giving_back(refreshing, answer.raw):
        if not (is_next and _make_current(refreshing, answered)) and not _merge_answer(refreshing, answer):
            return Superseded()
    grant = renew_grant(refreshing.grant, parsed, refreshing.client, refreshing.settled, answer.asked_at)
    return publish(refreshing, parsed, grant, answer.asked_at)


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
def giving_back(refreshing: Refreshing, raw: str) -> Iterator[None]:
    """Give the answer back where the connection turns out to have been removed meanwhile."""
    try:
        yield
    except (NotFound, BeingDeleted):
        give_back_if_gone(refreshing.broker, refreshing.name, refreshing.client, raw, refreshing.remaining)
        raise


def publish(refreshing: Refreshing, answer: TokenAnswer, grant: Grant, asked_at: int) -> Result:
    """Publish the token of an answer whose grant is stored; Superseded where readers have got nothing newer by it."""
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
