"""Revoke: tell NetSuite (RFC 7009), then forget the grant. Remove: revoke, then schedule both secrets for deletion."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from suitetoken.documents import Certificates, Client, Connection, Grant, Problem, TokenDocument
from suitetoken.errors import BeingDeleted, Conflict, InvalidDocument, NotFound
from suitetoken.records import (
    connection_secret,
    parse_connection,
    read_client,
    read_connection,
    token_secret,
    update_connection,
    update_token,
)
from token_broker import one_time
from token_broker.answers import parse_answer
from token_broker.broker import Broker, Remaining, refuse_late_request
from token_broker.endpoint_errors import GrantRefused
from token_broker.grants import renew_grant, settle
from token_broker.problems import is_same_grant
from token_broker.token_endpoint import prepare_revocation

READ_SECONDS = 15
_ATTEMPTS = 4


def revoke(broker: Broker, name: str, remaining: Remaining) -> bool:
    """Revoke the connection's grant at NetSuite and forget it; False where there was none. May be repeated.

    Where the refresh token or the certificate was replaced meanwhile, the new one is revoked too. Raises a
    TokenRequestFailed, with the grant still here, when NetSuite did not confirm: a grant is never called revoked on
    hope.

    Certificates are revoked in NetSuite by an operator: no token endpoint does it. They are asked with no more.
    """
    for attempt in range(_ATTEMPTS):
        seen = read_connection(broker.store, name).document
        if not _has_anything(seen):
            _withdraw_stray_token(broker, name)
            return attempt > 0
        if seen.grant is not None:
            _tell_netsuite(broker, name, seen, seen.grant, remaining)
        if _forget(broker, name, seen):
            return True
    raise Conflict("others keep changing this connection.", subject=name, next_step="try again.")


def remove(broker: Broker, name: str, remaining: Remaining) -> bool:
    """Revoke, then schedule the connection's two secrets for deletion; both can be restored for 30 days.

    False where the connection's document is damaged: nobody can read its grant, so NetSuite could not be told.
    """
    told = True
    try:
        read_connection(broker.store, name)
    except NotFound:  # an earlier try has come this far
        pass
    except InvalidDocument:
        told = False
    else:
        revoke(broker, name, remaining)
    broker.store.delete(token_secret(name))
    broker.store.delete(connection_secret(name))
    return told


def _has_anything(connection: Connection) -> bool:
    held = connection.certificates
    return connection.grant is not None or held.current is not None or held.next is not None


def _tell_netsuite(broker: Broker, name: str, seen: Connection, grant: Grant, remaining: Remaining) -> None:
    client = read_client(broker.store, seen.client)
    newest = settle(seen, client).grant or grant
    if client.is_public:
        newest = _catch_up(broker, name, client, seen, newest)
    refuse_late_request(remaining, READ_SECONDS)
    with contextlib.suppress(GrantRefused):  # NetSuite knows it no more: that is what was wanted
        broker.token_endpoint.send(prepare_revocation(client, newest.refresh_token), READ_SECONDS)


def _catch_up(broker: Broker, name: str, client: Client, seen: Connection, grant: Grant) -> Grant:
    """Return the grant with the answer that a rotation saved and did not come to use: the token before is spent.

    A rotation that still holds its answer gives it back when it finds the grant revoked.
    """
    version = one_time.find_saved_answer(broker, connection_secret(name), grant.refresh_token)
    saved = parse_connection(broker.store, version).document.answer if version else None
    return renew_grant(grant, parse_answer(saved.raw), client, seen, saved.asked_at) if saved else grant


def _forget(broker: Broker, name: str, seen: Connection) -> bool:
    """Forget what was seen and withdraw its token; False where the connection holds something else by now."""
    problem = _revoked(name, broker.seconds(), by_certificate=seen.is_machine)

    def change(connection: Connection) -> Connection | None:
        if not is_same_grant(connection, seen):
            return None
        given_up = _give_up(connection.certificates)
        return replace(connection, grant=None, answer=None, certificates=given_up, problem=problem, reminded_at=None)

    # The readers' token first: had this died in between, whoever revokes again would find no grant and stop.
    _withdraw_token(broker, name, problem, seen.authorized_at)
    if _has_anything(update_connection(broker.store, name, change).document):
        return False
    # Written anew, that whoever is about to publish finds another version than they have seen, and asks again.
    _withdraw_token(broker, name, problem, seen.authorized_at)
    return True


def _give_up(held: Certificates) -> Certificates:
    """Keep the last certificate as the old one, so that its key is not forgotten with it."""
    return Certificates(old=held.current or held.next or held.old)


def _revoked(name: str, now: int, *, by_certificate: bool) -> Problem:
    if by_certificate:
        create = f"run `suitetoken certificate create {name}` for another one."
        return Problem("revoked", f"The connection's certificate was given up: {create}", now)
    return Problem("revoked", f"The grant was revoked: run `suitetoken link {name}` to authorize again.", now)


def _withdraw_token(broker: Broker, name: str, problem: Problem, authorized_at: int) -> None:
    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        later = current is not None and current.authorized_at > authorized_at
        return None if later else TokenDocument(problem=problem)

    _change_token(broker, name, withdraw)


def _withdraw_stray_token(broker: Broker, name: str) -> None:
    """Withdraw a token of nothing: a revocation died right before it would have done so."""

    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        problem = _revoked(name, broker.seconds(), by_certificate=False)
        return TokenDocument(problem=problem) if current is not None and current.token is not None else None

    _change_token(broker, name, withdraw)


def _change_token(broker: Broker, name: str, change: Callable[[TokenDocument | None], TokenDocument | None]) -> None:
    with contextlib.suppress(NotFound, BeingDeleted):  # nobody can read what is not there
        update_token(broker.store, name, change)
