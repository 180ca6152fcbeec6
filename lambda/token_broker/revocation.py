"""Revoke: tell NetSuite (RFC 7009), then forget the grant. Remove: revoke, then schedule both secrets for deletion."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from suitetoken.documents import Certificates, Connection, Problem, TokenDocument
from suitetoken.errors import InvalidDocument, NotFound
from suitetoken.records import (
    connection_secret,
    read_client,
    read_connection,
    token_secret,
    update_connection,
    update_token,
)
from token_broker.broker import Broker, Remaining, refuse_late_request
from token_broker.endpoint_errors import GrantRefused
from token_broker.grants import settle
from token_broker.problems import is_same_grant
from token_broker.token_endpoint import prepare_revocation

READ_SECONDS = 15


def revoke(broker: Broker, name: str, remaining: Remaining) -> bool:
    """Revoke the connection's grant at NetSuite and forget it; False where there was none. May be repeated.

    Raises a TokenRequestFailed, with the grant still here, when NetSuite did not confirm: a grant is never called
    revoked on hope.
    """
    seen = read_connection(broker.store, name).document
    if seen.is_machine:
        return _forget_certificates(broker, name, seen)
    client = read_client(broker.store, seen.client)
    grant = settle(seen, client).grant
    if grant is None:
        return False
    refuse_late_request(remaining, READ_SECONDS)
    with contextlib.suppress(GrantRefused):  # NetSuite knows it no more: that is what was wanted
        broker.token_endpoint.send(prepare_revocation(client, grant.refresh_token), READ_SECONDS)
    _forget(broker, name, seen)
    return True


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


def _forget_certificates(broker: Broker, name: str, seen: Connection) -> bool:
    """Ask with these certificates no more. They are revoked in NetSuite by an operator: no token endpoint does it.

    The last one stays in the document as the old one, so that its key is not forgotten with it.
    """
    held = seen.certificates
    if held.current is None and held.next is None:
        return False
    text = f"The connection's certificate was given up: run `suitetoken certificate create {name}` for another one."
    problem = Problem("revoked", text, broker.seconds())

    def change(connection: Connection) -> Connection | None:
        if connection.certificates != held:
            return None
        old = held.current or held.next or held.old
        return replace(connection, certificates=Certificates(old=old), problem=problem, reminded_at=None)

    _withdraw_token(broker, name, problem, seen.authorized_at)
    update_connection(broker.store, name, change)
    return True


def _forget(broker: Broker, name: str, seen: Connection) -> None:
    problem = Problem(
        "revoked", f"The grant was revoked: run `suitetoken link {name}` to authorize again.", broker.seconds()
    )

    def change(connection: Connection) -> Connection | None:
        if not is_same_grant(connection, seen):
            return None
        return replace(connection, grant=None, answer=None, problem=problem, reminded_at=None)

    # The readers' token first: had this died in between, whoever revokes again would find no grant and stop.
    _withdraw_token(broker, name, problem, seen.authorized_at)
    update_connection(broker.store, name, change)


def _withdraw_token(broker: Broker, name: str, problem: Problem, authorized_at: int) -> None:
    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        later = current is not None and current.authorized_at > authorized_at
        return None if later else TokenDocument(problem=problem)

    update_token(broker.store, name, withdraw)
