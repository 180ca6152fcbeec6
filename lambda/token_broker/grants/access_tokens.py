"""What readers get: an access token, made of a token response and of what it was given for."""

from __future__ import annotations

from suitetoken.documents import AccessToken, Client, Grant
from token_broker.grants.answers import TokenAnswer
from token_broker.grants.due import find_refresh_at


def make_access_token(name: str, answer: TokenAnswer, grant: Grant, client: Client, issued_at: int) -> AccessToken:
    """Return what readers get. `issued_at` is when the request was sent, so the end is never too late."""
    endpoints = client.endpoints
    return AccessToken(
        access_token=answer.access_token,
        expires_at=issued_at + answer.life,
        issued_at=issued_at,
        refresh_at=find_refresh_at(name, issued_at, answer.life, one_time=client.is_public),
        scope=answer.scope or grant.scope,
        account_id=grant.account_id,
        role=grant.role,
        entity=grant.entity,
        rest_url=endpoints.rest_url,
        restlet_url=endpoints.restlet_url,
        grant_id=grant.id,
        authorized_at=grant.authorized_at,
        authorization_endpoint=client.overrides.get("authorization_endpoint"),
        token_endpoint=client.overrides.get("token_endpoint"),
    )
