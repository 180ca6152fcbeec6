"""From a token response to a grant: when consent ends, what a refresh changes, which grant is accepted.

Pure functions; times are epoch seconds of our clock.
"""

from __future__ import annotations

from dataclasses import replace

from suitetoken.documents import Client, Connection, Grant
from suitetoken.netsuite.rules import parse_internal_id
from token_broker.grants.answers import Identity, TokenAnswer, parse_answer, read_claims, read_number
from token_broker.grants.mismatches import (
    Callback,
    NoRefreshToken,
    refuse_less_scope,
    refuse_other_account,
    refuse_other_role,
)

CONFIDENTIAL_CONSENT_SECONDS = 7 * 86_400
"""How long a confidential client's refresh token lives (Oracle NetSuite Help, section_158081952044)."""
_EARLIEST_EPOCH = 1_000_000_000
_LONGEST_CONSENT_SECONDS = 10 * 366 * 86_400
"""Far more than any consent lasts: claims that say more are not believed, for a calendar ends somewhere."""


def find_consent_end(client: Client, connection: Connection, refresh_token: str, asked_at: int) -> int:
    """Return when consent ends, in epoch seconds of our clock.

    Confidential: at the refresh token's own `exp`. Public: when the chain of one-time refresh tokens, begun at `oit`,
    reaches the integration record's rotation limit; the sliding `exp` says nothing about that. Differences between
    claims are used, not their values, so that NetSuite's clock need not agree with ours. Sources: Oracle NetSuite
    Help, section_158255317571 and section_157771733782.
    """
    claims = read_claims(refresh_token)
    issued, expires, chain = (read_number(claims.get(name)) for name in ("iat", "exp", "oit"))
    if not client.is_public:
        lasts = expires - issued if issued is not None and expires is not None else 0
        return asked_at + (lasts if 0 < lasts <= _LONGEST_CONSENT_SECONDS else CONFIDENTIAL_CONSENT_SECONDS)
    age = 0
    if chain is not None and chain >= _EARLIEST_EPOCH and issued is not None:
        age = max(0, issued - chain)
    elif chain is not None and 0 <= chain < _EARLIEST_EPOCH:
        age = chain
    limit = connection.rotation_hours * 3600
    return asked_at - min(age, _LONGEST_CONSENT_SECONDS) + min(limit, _LONGEST_CONSENT_SECONDS)


def settle(connection: Connection, client: Client) -> Connection:
    """Return the connection with its saved answer folded into the grant: the refresh token that counts now.

    Raises UnreadableAnswer where the saved answer is not a token response.
    """
    if connection.answer is None or connection.grant is None:
        return replace(connection, answer=None)
    answer = parse_answer(connection.answer.raw)
    grant = renew_grant(connection.grant, answer, client, connection, connection.answer.asked_at)
    return replace(connection, grant=grant, answer=None)


def renew_grant(grant: Grant, answer: TokenAnswer, client: Client, connection: Connection, asked_at: int) -> Grant:
    """Return the grant after a refresh: a new refresh token replaces the old one, none leaves it (RFC 6749 6)."""
    if answer.refresh_token is None:
        return grant
    ends = find_consent_end(client, connection, answer.refresh_token, asked_at)
    return replace(grant, refresh_token=answer.refresh_token, expires_at=ends)


def accept_grant(
    grant_id: str, connection: Connection, client: Client, callback: Callback, answer: TokenAnswer, asked_at: int
) -> Grant:
    """Return the new grant after every check, or raise a GrantMismatch or InvalidInput.

    The access token's own claims outrank the query string, which anybody can write.
    """
    identity = answer.identity or Identity(callback.role, callback.entity, callback.company)
    refuse_other_account(client, callback.company)
    refuse_other_account(client, identity.account_id)
    refuse_other_role(connection, identity)
    refuse_less_scope(connection, answer)
    if answer.refresh_token is None:
        raise NoRefreshToken(
            "NetSuite gave no refresh token.",
            next_step="check that Authorization Code Grant is ticked on the integration record.",
        )
    return Grant(
        id=grant_id,
        refresh_token=answer.refresh_token,
        expires_at=find_consent_end(client, connection, answer.refresh_token, asked_at),
        authorized_at=asked_at,
        account_id=client.account_id,
        client_id=client.client_id,
        role=parse_internal_id(identity.role, "role") if identity.role else None,
        entity=parse_internal_id(identity.entity, "entity") if identity.entity else None,
        scope=answer.scope or connection.scope,
    )
