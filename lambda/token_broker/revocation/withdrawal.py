"""What NetSuite is told to revoke: every refresh token that a connection has, wherever it was saved (RFC 7009)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from suitetoken.aws.records import connection_secret, parse_connection, read_client
from suitetoken.documents import Client, Connection, Grant
from suitetoken.errors import InvalidDocument, NotFound
from token_broker.authorization.exchange import find_unfinished
from token_broker.context.broker import Broker, Remaining, refuse_late_request
from token_broker.grants.answers import parse_answer
from token_broker.grants.grants import renew_grant, settle
from token_broker.netsuite.endpoint_errors import ClientRefused, GrantRefused, UnreadableAnswer
from token_broker.netsuite.time_limits import REVOCATION_SECONDS
from token_broker.netsuite.token_requests import prepare_revocation
from token_broker.saving import one_time


def withdraw_from_netsuite(broker: Broker, name: str, connection: Connection, remaining: Remaining) -> None:
    """Revoke the connection's refresh tokens (Oracle NetSuite Help, section_161071224088).

    Raises a TokenRequestFailed where NetSuite does not confirm, Unavailable where too little time is left to ask.
    """
    if connection.grant is None and not connection.open_claims:
        return
    client = _read_client(broker, connection.client)
    for refresh_token in _list_refresh_tokens(broker, name, client, connection):
        refuse_late_request(remaining, REVOCATION_SECONDS)
        with contextlib.suppress(GrantRefused):  # NetSuite knows it no more: that is what was wanted
            broker.token_endpoint.send(prepare_revocation(client, refresh_token), REVOCATION_SECONDS)


def _read_client(broker: Broker, client: str) -> Client:
    try:
        return read_client(broker.store, client)
    except (NotFound, InvalidDocument) as error:
        raise ClientRefused(f"the client {client} cannot be read, and NetSuite wants to know it.") from error


def _list_refresh_tokens(broker: Broker, name: str, client: Client, connection: Connection) -> Iterator[str]:
    if connection.grant is not None:
        newest = settle(connection, client).grant or connection.grant
        yield (_catch_up(broker, name, client, connection, newest) if client.is_public else newest).refresh_token
    unfinished = find_unfinished(broker, name, connection)
    refresh_token = _find_refresh_token(unfinished.raw) if unfinished else None
    if refresh_token is not None:
        yield refresh_token


def _find_refresh_token(raw: str) -> str | None:
    try:
        return parse_answer(raw).refresh_token
    except UnreadableAnswer:
        return None


def _catch_up(broker: Broker, name: str, client: Client, seen: Connection, grant: Grant) -> Grant:
    """Return the grant with the answer that a rotation saved and did not come to use: the token before is spent.

    A rotation that still holds its answer gives it back when it finds the grant revoked.
    """
    version = one_time.find_saved_answer(broker, connection_secret(name), seen, grant.refresh_token)
    saved = parse_connection(broker.store, version).document.answer if version else None
    return renew_grant(grant, parse_answer(saved.raw), client, seen, saved.asked_at) if saved else grant
