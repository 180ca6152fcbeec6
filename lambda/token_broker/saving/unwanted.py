"""What NetSuite has just given to a connection that was revoked or removed meanwhile: revoked there at once."""

from __future__ import annotations

import contextlib

from suitetoken.aws.records import read_connection
from suitetoken.documents import Client
from suitetoken.errors import BeingDeleted, NotFound, SuiteTokenError
from token_broker.context.broker import Broker, Remaining
from token_broker.grants.answers import parse_answer
from token_broker.netsuite.endpoint_errors import TokenRequestFailed
from token_broker.netsuite.time_limits import GIVE_BACK_SECONDS
from token_broker.netsuite.token_requests import prepare_revocation


def give_back(broker: Broker, client: Client, raw: str, remaining: Remaining) -> None:
    """Revoke the refresh token of an answer that came when its connection was revoked or removed already.

    The revocation could not include it, for it was not there yet (RFC 7009 section 2). Where NetSuite does not confirm,
    the token ends by itself: it is in no document that anything reads.
    """
    with contextlib.suppress(TokenRequestFailed):
        token = parse_answer(raw).refresh_token
        if token is not None and remaining() > GIVE_BACK_SECONDS + 5:
            broker.token_endpoint.send(prepare_revocation(client, token), GIVE_BACK_SECONDS)


def give_back_if_gone(broker: Broker, name: str, client: Client, raw: str, remaining: Remaining) -> None:
    """Give the answer back where the connection, asked once more, is gone indeed: the answer may be saved by now."""
    try:
        read_connection(broker.store, name)
    except (NotFound, BeingDeleted):
        give_back(broker, client, raw, remaining)
    except SuiteTokenError:
        return
