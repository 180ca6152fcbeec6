"""From an exchanged code to a grant: the answer is saved first, then checked, then stored, then published.

The callback does all of it at once. Where it died in between, a rotation finishes from what was saved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from suitetoken.aws.marks import UNFINISHED_SECONDS
from suitetoken.aws.records import connection_secret, find_token, read_connection, update_connection
from suitetoken.aws.store import Version
from suitetoken.documents import GIVEN_UP, Claim, Client, Connection, Grant
from suitetoken.documents.fields import parse_object
from suitetoken.errors import InvalidDocument, InvalidInput, NotFound
from token_broker.context.broker import Broker, Remaining
from token_broker.grants.access_tokens import make_access_token
from token_broker.grants.answers import TokenAnswer, parse_answer
from token_broker.grants.grants import accept_grant
from token_broker.grants.mismatches import Callback, GrantMismatch
from token_broker.netsuite.endpoint_errors import UnreadableAnswer
from token_broker.notices import events
from token_broker.notices.wording import tell_authorized
from token_broker.saving.publishing import publish_token

EXCHANGED = "EXCHANGED"
"""The staging label of the last exchange's raw answer; a label of its own, so that a rotation cannot displace it."""
_STALE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A token response as it came, and attempt and client it belongs to. `asked_at` is when the code was sent."""

    grant_id: str
    client_id: str
    callback: Callback
    asked_at: int
    raw: str = field(repr=False)


def save_exchanged(broker: Broker, name: str, exchanged: Exchanged, remaining: Remaining) -> None:
    """Make the answer durable before anybody parses it."""
    body = json.dumps(
        {
            "grant_id": exchanged.grant_id,
            "client_id": exchanged.client_id,
            "role": exchanged.callback.role,
            "entity": exchanged.callback.entity,
            "company": exchanged.callback.company,
            "asked_at": exchanged.asked_at,
            "raw": exchanged.raw,
        }
    )
    version_id = hashlib.sha256(f"exchanged:{exchanged.grant_id}".encode()).hexdigest()
    secret = connection_secret(name)
    broker.keep(lambda: broker.store.put(secret, body, version_id=version_id, label=EXCHANGED), remaining)


def finish_exchange(
    broker: Broker, name: str, client: Client, exchanged: Exchanged, claimed: Version | None = None
) -> Grant | None:
    """Check the answer, store the grant and publish the token; None where a later authorization stands already.

    `claimed` is the connection's version with the attempt's claim, where the caller has just written it.
    Raises UnreadableAnswer or a GrantMismatch, after recording in the claim how the attempt ended.
    """
    try:
        _refuse_other_client(client, exchanged)
        answer = parse_answer(exchanged.raw)
        seen = _look_at_readers(broker, name)
        grant = _store_grant(broker, name, client, exchanged, answer, claimed)
    except (GrantMismatch, InvalidInput, UnreadableAnswer) as error:
        settle_claim(broker, name, exchanged.grant_id, error.code)
        raise
    if grant is None:
        return None
    token = make_access_token(name, answer, grant, client, exchanged.asked_at)
    publish_token(broker.store, name, token, seen, lambda: _holds(broker, name, grant))
    broker.events.send(
        events.AUTHORIZED,
        name,
        **tell_authorized(name, grant),
        account_id=grant.account_id,
        role=grant.role,
        entity=grant.entity,
        expires_at=grant.expires_at,
    )
    return grant


class ClientChanged(GrantMismatch):
    """The client has another id since the code was exchanged: the refresh token is good for the old one only."""

    code = "client_changed"


def _refuse_other_client(client: Client, exchanged: Exchanged) -> None:
    if exchanged.client_id not in ("", client.client_id):
        raise ClientChanged("the client was changed since the code was exchanged.", next_step="authorize again.")


def heal_exchange(broker: Broker, name: str, client: Client, connection: Connection) -> bool:
    """Finish what a callback began and did not finish; False where nothing is left or nothing may be accepted."""
    exchanged = find_unfinished(broker, name, connection)
    if exchanged is None:
        return False
    try:
        return finish_exchange(broker, name, client, exchanged) is not None
    except (GrantMismatch, InvalidInput, UnreadableAnswer):
        return False


def find_unfinished(broker: Broker, name: str, connection: Connection) -> Exchanged | None:
    """Return the answer that a callback saved and did not finish; None where there is none."""
    unfinished = list_unfinished(connection, broker.seconds())
    exchanged = _read_exchanged(broker, name) if unfinished else None
    return exchanged if exchanged and any(claim.id == exchanged.grant_id for claim in unfinished) else None


def list_unfinished(connection: Connection, now: int) -> list[Claim]:
    """Return the open claims of the last day that are not older than the connection's grant."""
    authorized_at = connection.grant.authorized_at if connection.grant else 0
    return [claim for claim in connection.open_claims if claim.at >= authorized_at and now - claim.at < _STALE_SECONDS]


def settle_claim(broker: Broker, name: str, grant_id: str, outcome: str) -> None:
    """Record how an attempt ended, so that a browser that comes again with the same state is told."""
    _end_claims(broker, name, _is_open_of(grant_id), outcome)


def give_up_attempts(broker: Broker, name: str) -> None:
    """Record that attempts broke off before anything was saved: browsers are told so, and sweeps pass over them."""
    until = broker.seconds() - UNFINISHED_SECONDS
    _end_claims(broker, name, lambda claim: claim.outcome is None and claim.at <= until, GIVEN_UP)


def _store_grant(
    broker: Broker, name: str, client: Client, exchanged: Exchanged, answer: TokenAnswer, claimed: Version | None
) -> Grant | None:
    """Store the grant by compare-and-swap, checked against the connection as it is at that very moment."""

    def change(connection: Connection) -> Connection | None:
        held = connection.grant
        if connection.ending is not None:
            return None
        if held is not None and (held.id == exchanged.grant_id or held.authorized_at > exchanged.asked_at):
            return None
        if not any(claim.id == exchanged.grant_id for claim in connection.claims):
            return None
        grant = accept_grant(exchanged.grant_id, connection, client, exchanged.callback, answer, exchanged.asked_at)
        return replace(
            connection,
            grant=grant,
            role=grant.role or connection.role,
            entity=grant.entity or connection.entity,
            claims=_with_outcome(connection.claims, _is_open_of(grant.id), "authorized"),
            answer=None,
            problem=None,
            reminded_at=None,
        )

    stored = update_connection(broker.store, name, change, claimed).document.grant
    return stored if stored is not None and stored.id == exchanged.grant_id else None


def _look_at_readers(broker: Broker, name: str) -> Version | None:
    """Return the readers' document as it is before the grant is stored: a revocation of the grant changes it.

    None where it is missing; an operator has begun to add the connection and did not finish.
    """
    try:
        return find_token(broker.store, name).version
    except NotFound:
        return None


def _holds(broker: Broker, name: str, grant: Grant) -> bool:
    """Whether the grant is the connection's still: it may have been revoked since it was stored."""
    return read_connection(broker.store, name).document.holds(grant.id)


def _end_claims(broker: Broker, name: str, is_over: Callable[[Claim], bool], outcome: str) -> None:
    def change(connection: Connection) -> Connection | None:
        claims = _with_outcome(connection.claims, is_over, outcome)
        return None if claims == connection.claims else replace(connection, claims=claims)

    update_connection(broker.store, name, change)


def _is_open_of(grant_id: str) -> Callable[[Claim], bool]:
    return lambda claim: claim.id == grant_id and claim.is_open


def _with_outcome(claims: tuple[Claim, ...], is_over: Callable[[Claim], bool], outcome: str) -> tuple[Claim, ...]:
    return tuple(replace(claim, outcome=outcome) if is_over(claim) else claim for claim in claims)


def _read_exchanged(broker: Broker, name: str) -> Exchanged | None:
    """Return the last saved answer; None where there is none, or one that nobody can read."""
    version = broker.store.find(connection_secret(name), EXCHANGED)
    try:
        return _parse_exchanged(version) if version is not None else None
    except InvalidDocument:
        return None


def _parse_exchanged(version: Version) -> Exchanged:
    fields = parse_object(version.body, f"{version.secret} ({EXCHANGED})")
    callback = Callback(*(fields.optional_text(name) or "" for name in ("role", "entity", "company")))
    client_id = fields.optional_text("client_id") or ""
    return Exchanged(fields.text("grant_id"), client_id, callback, fields.seconds("asked_at"), fields.text("raw"))
