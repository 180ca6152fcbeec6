"""One-time refresh tokens: presented by one worker only, the answer durable before anybody parses it.

Before the POST a version labelled PRESENTED is put whose id is derived from the refresh token and the answer that left
it, so exactly one worker gets through, and the write path is proven before the token is risked. The answer is put as a
version labelled ANSWERED whose id is derived likewise, so saving again is harmless; it holds the refresh token that it
answers, so a later worker finds it, whichever presenting brought it. An answer is used once: the connection that holds
it has used it, even where it left the refresh token as it was. A request that certainly spent nothing is released by
the label UNSPENT.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from suitetoken.aws.records import Stored, parse_connection
from suitetoken.aws.store import Version
from suitetoken.documents import AccessToken, Answer, Connection, Grant
from suitetoken.errors import InvalidDocument
from token_broker.context.broker import Broker, Remaining
from token_broker.grants.answers import parse_answer
from token_broker.netsuite.endpoint_errors import UnreadableAnswer
from token_broker.saving.presentations import (
    PRESENTED,
    UNSPENT,
    Presentation,
    Wait,
    decide_next,
    digest,
    name_turn,
    parse_presentation,
    write_presentation,
)
from token_broker.saving.versions import Room, look_for_room

ANSWERED = "ANSWERED"


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to present a token now."""

    presentation: Presentation
    version: Version


def take_turn(
    broker: Broker, connection: Stored[Connection], refresh_token: str, held: AccessToken | None
) -> Turn | Version | Wait:
    """Claim the right to present the token, or return the saved answer's version where there is one already.

    `held` is the access token that readers have. Raises QuotaReached, with nothing claimed, where its answer might not
    be saved.
    """
    secret, turn = connection.version.secret, name_turn(connection.document, refresh_token)
    last = read_last(broker, secret, connection.document, refresh_token)
    presented = last is not None and last.digest == digest(turn)
    saved = find_saved_answer(broker, secret, connection.document, refresh_token) if presented else None
    if saved is not None:
        return saved
    chosen = decide_next(last, turn, broker.seconds())
    if not isinstance(chosen, Presentation):
        return chosen
    room = look_for_room(broker.store, secret, broker.now(), held)
    if room is not Room.ENOUGH:
        return Wait(spread=room is Room.TO_BE_SPREAD)
    body = write_presentation(chosen, broker.worker)
    version_id = _version_id("presented", chosen)
    if not broker.store.put(secret, body, version_id=version_id, label=PRESENTED):
        return Wait()
    return Turn(chosen, Version(secret, version_id, body, frozenset({PRESENTED})))


def find_saved_answer(broker: Broker, secret: str, connection: Connection, refresh_token: str) -> Version | None:
    """Return the version with the answer to this refresh token that `connection` has not used yet.

    None where no answer is saved, where the saved one is not a token response, and where the connection holds that same
    answer already: an answer that left the refresh token as it was would otherwise be found at every rotation.
    """
    version = broker.store.find(secret, ANSWERED)
    if version is None:
        return None
    try:
        document = parse_connection(broker.store, version).document
        if document.answer is None or document.answer == connection.answer:
            return None
        if document.grant_id != connection.grant_id or not _holds(document.grant, refresh_token):
            return None
        parse_answer(document.answer.raw)
    except (InvalidDocument, UnreadableAnswer):
        return None
    return version


def _holds(grant: Grant | None, refresh_token: str) -> bool:
    return grant is not None and grant.refresh_token == refresh_token


def release(broker: Broker, turn: Turn) -> None:
    """Record that the token was certainly not spent, so that the next worker may present it."""
    broker.store.set_label(turn.version, UNSPENT)


def save_answer(broker: Broker, turn: Turn, connection: Connection, answer: Answer, remaining: Remaining) -> Version:
    """Save the raw answer as the next connection document, and return that version; it is not current yet."""
    answered = replace(connection, answer=answer)
    body, version_id = answered.to_json(), _answered_id(turn.presentation)
    secret = turn.version.secret
    broker.keep(lambda: broker.store.put(secret, body, version_id=version_id, label=ANSWERED), remaining)
    return Version(secret, version_id, body, frozenset({ANSWERED}))


def save_unpresented(
    broker: Broker, secret: str, connection: Connection, answer: Answer, remaining: Remaining
) -> Version:
    """Save the raw answer to a refresh token that was not presented beforehand, for it may be good again."""
    turn = f"{name_turn(connection, '')}:{answer.asked_at}:{answer.raw}"
    presentation = Presentation(digest(turn), 0, answer.asked_at, repeated=False)
    return save_answer(broker, Turn(presentation, Version(secret, "", "", frozenset())), connection, answer, remaining)


def read_last(broker: Broker, secret: str, connection: Connection, refresh_token: str) -> Presentation | None:
    """Return the last presentation of any refresh token of this connection.

    A presentation that cannot be read counts as one of this turn whose answer was lost. Its number is new, so that the
    next presentation gets a version id that was not used before.
    """
    version = broker.store.find(secret, PRESENTED)
    if version is None:
        return None
    this = digest(name_turn(connection, refresh_token))
    try:
        last = parse_presentation(version)
    except InvalidDocument:
        return Presentation(this, broker.seconds() // 60, 0, repeated=True)
    # A version of the broker before this one knew a turn by the refresh token alone.
    used = connection.answer
    is_this_one = last.digest == digest(refresh_token) and (used is None or last.at > used.asked_at)
    return replace(last, digest=this) if is_this_one else last


def _answered_id(presentation: Presentation) -> str:
    return _version_id("answered", presentation)


def _version_id(purpose: str, presentation: Presentation) -> str:
    return hashlib.sha256(f"{purpose}:{presentation.digest}:{presentation.attempt}".encode()).hexdigest()
