"""The redirection endpoint: every check in its order, then one claim, one exchange, one grant.

The order is: state, its age, the cookie (these in `reply`), who answers, whether a later authorization has superseded
it, an error from NetSuite, the account, the room for what follows, the claim; only then is the code sent, once. RFC
6749 sections 4.1.2 and 10.12; Oracle NetSuite Help, section_158081944642 and subsect_158521823069.
"""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import connection_secret, read_client, read_connection, update_connection
from suitetoken.aws.store import Version
from suitetoken.documents import Claim, Client, Connection, Grant
from suitetoken.errors import BeingDeleted, Conflict, NotFound, QuotaReached, Unavailable
from suitetoken.signing.links import (
    ATTEMPT_SECONDS,
    CLOCK_LEEWAY,
)
from token_broker.authorization.exchange import Exchanged, finish_exchange, heal_exchange, save_exchanged, settle_claim
from token_broker.authorization.issuer import is_issuer
from token_broker.authorization.reply import AttemptRefused, Reply, Returned
from token_broker.context.broker import Broker, Remaining, refuse_late_request
from token_broker.grants.mismatches import Callback, refuse_other_account
from token_broker.netsuite.endpoint_errors import TokenRequestFailed
from token_broker.netsuite.time_limits import EXCHANGE_SECONDS
from token_broker.netsuite.token_requests import prepare_exchange
from token_broker.saving.unwanted import give_back, give_back_if_gone
from token_broker.saving.versions import refuse_attempt

_KEEP_CLAIMS_SECONDS = ATTEMPT_SECONDS + 2 * CLOCK_LEEWAY
_DOCUMENTED_ERRORS = frozenset(
    {
        "access_denied",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)


class LinkRevokedMeanwhile(AttemptRefused):
    """The attempt began with a good link, and the links of its connection were revoked after that.

    `authorize.LinkRevoked` is about a link that is refused before an attempt begins.
    """


def complete(broker: Broker, reply: Reply, returned: Returned, remaining: Remaining) -> Grant:
    """Carry an attempt to its grant, or raise the error that says what its page must tell."""
    connection, client = _read_documents(broker, returned)
    if not is_issuer(client, reply.issuer):
        raise AttemptRefused("state_invalid", "another authorization server says that it has answered.")
    if client.tag != returned.state.client:
        raise AttemptRefused("attempt_failed", "the client was changed since the attempt began.")
    _refuse_superseded(connection, returned)
    if reply.error is not None or reply.code is None:
        raise AttemptRefused(_outcome_of(reply.error or ""), "NetSuite answered with an error.")
    refuse_other_account(client, reply.callback.company)
    refuse_late_request(remaining, EXCHANGE_SECONDS)
    if heal_exchange(broker, returned.name, client, connection):  # this attempt's answer would take its label
        raise AttemptRefused("superseded", "an earlier attempt, whose function died, has been finished.")
    _refuse_too_many(broker, returned.name, connection, client)
    claimed = _claim(broker, returned)
    exchanged = _exchange(broker, client, reply.code, reply.callback, returned)
    try:
        return _keep(broker, client, returned, exchanged, claimed, remaining)
    except LinkRevokedMeanwhile:
        give_back(broker, client, exchanged.raw, remaining)
        raise
    except (NotFound, BeingDeleted):
        give_back_if_gone(broker, returned.name, client, exchanged.raw, remaining)
        raise


def _keep(
    broker: Broker, client: Client, returned: Returned, exchanged: Exchanged, claimed: Version, remaining: Remaining
) -> Grant:
    save_exchanged(broker, returned.name, exchanged, remaining)
    try:
        grant = finish_exchange(broker, returned.name, client, exchanged, claimed)
    except (Conflict, Unavailable) as error:
        # The answer is saved, and a rotation finishes from it: the person need not do it again.
        broker.queue.ask_now(returned.name)
        raise AttemptRefused("being_finished", "AWS did not take everything at once.") from error
    if grant is None:
        _refuse_revoked(read_connection(broker.store, returned.name).document, returned)
        raise AttemptRefused("superseded", "a later authorization stands already.")
    return grant


def _read_documents(broker: Broker, returned: Returned) -> tuple[Connection, Client]:
    try:
        connection = read_connection(broker.store, returned.name).document
        return connection, read_client(broker.store, connection.client)
    except NotFound as error:
        raise NotFound("the connection or its client has been removed.", subject=returned.name) from error


def _refuse_superseded(connection: Connection, returned: Returned) -> None:
    """Raise unless this attempt is the first of its state and still wanted; says what became of the first."""
    if connection.grant_id == returned.grant_id:
        raise AttemptRefused("already_authorized", "this attempt has succeeded already.")
    for claim in connection.claims:
        if claim.id == returned.grant_id:
            raise AttemptRefused(
                "attempt_in_progress" if claim.outcome is None else "attempt_failed", "claimed before."
            )
    if connection.grant_id != returned.state.grant_id:
        raise AttemptRefused("superseded", "a later authorization stands already.")
    _refuse_revoked(connection, returned)


def _refuse_revoked(connection: Connection, returned: Returned) -> None:
    if not connection.takes_links_of(returned.state.series):
        raise LinkRevokedMeanwhile("link_revoked", "the links of this connection were revoked.")


def _refuse_too_many(broker: Broker, name: str, connection: Connection, client: Client) -> None:
    """Raise where attempts have made so many versions today that rotations might find no room for theirs."""
    rotated = client.is_public and connection.grant is not None and connection.problem is None
    try:
        refuse_attempt(broker.store, connection_secret(name), broker.now(), rotated=rotated)
    except QuotaReached as error:
        raise AttemptRefused("too_many_attempts", "too many attempts within a day.") from error


def _claim(broker: Broker, returned: Returned) -> Version:
    """Record the attempt in the connection, so that its code is sent once however often the browser asks.

    Returns the version with the claim: a reading may not show it yet (Secrets Manager is eventually consistent).
    """
    now = broker.seconds()

    def change(connection: Connection) -> Connection:
        _refuse_superseded(connection, returned)
        recent = tuple(claim for claim in connection.claims if now - claim.at < _KEEP_CLAIMS_SECONDS)
        return replace(connection, claims=(*recent, Claim(returned.grant_id, now)))

    return update_connection(broker.store, returned.name, change).version


def _exchange(broker: Broker, client: Client, code: str, callback: Callback, returned: Returned) -> Exchanged:
    asked_at = broker.seconds()
    request = prepare_exchange(client, code, broker.settings.redirect_uri, returned.verifier)
    try:
        raw = broker.token_endpoint.send(request, EXCHANGE_SECONDS)
    except TokenRequestFailed as error:
        settle_claim(broker, returned.name, returned.grant_id, error.code)
        raise
    return Exchanged(returned.grant_id, client.client_id, callback, asked_at, raw)


def _outcome_of(error: str) -> str:
    if error == "access_denied":
        return "denied"
    return "authorization_refused" if error in _DOCUMENTED_ERRORS else "authorization_failed"
