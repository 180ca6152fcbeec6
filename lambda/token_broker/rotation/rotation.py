"""Rotate one connection; this is the whole story, in the order in which it happens.

1. Both documents are read. Where an operator has ordered an end, that is gone on with, and nothing else is done.
2. A token that is good and not due stays; an attempt that a callback broke off is finished or given up.
3. With a certificate (`machine`) an assertion is signed and sent.
4. After a person's consent, an attempt that a callback broke off is finished first, for it brings a newer grant.
5. Else (`by_refresh_token`) a problem that stands is told and waited for, or the person is reminded; an answer that a
   crash left is published, or the token is refreshed (`refresh`).
6. The answer is stored and its token published (`saved_answer`), or people are told what went wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from suitetoken.aws.records import Stored, find_token, read_client, read_connection
from suitetoken.documents import AccessToken, Connection, TokenDocument
from suitetoken.errors import NotFound
from token_broker.authorization.exchange import give_up_attempts, heal_exchange, list_unfinished
from token_broker.context.broker import Broker, Remaining
from token_broker.context.outcome import Outcome, Request
from token_broker.revocation.revocation import go_on
from token_broker.rotation.by_refresh_token import rotate_by_refresh_token
from token_broker.rotation.machine import rotate_machine
from token_broker.rotation.under_way import Refreshing, Rotating, find_held

_OTHER_GRANT = frozenset({"healed", "superseded"})
"""Outcomes after which the connection has another grant than the one that was read."""


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
    """Return the token document, read before the connection.

    So, where the connection is ended in between, publishing finds another version than this one and asks again.
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
    return rotate_by_refresh_token(Refreshing(*under_way), looked.request)


def is_unpublished(connection: Connection, held: AccessToken) -> bool:
    """Whether readers hold a token of an earlier grant than the connection's: its own was never published."""
    grant = connection.grant
    return grant is not None and grant.id != held.grant_id and grant.authorized_at >= held.authorized_at
