"""What readers get: an access token, made of a token response and of what it was given for."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.documents import AccessToken, Client, Grant
from token_broker.grants.answers import TokenAnswer
from token_broker.grants.due import find_refresh_at


@dataclass(frozen=True, slots=True)
class AcceptedCertificate:
    """What stands in a grant's place where NetSuite took a certificate: the same fields, with the same meaning."""

    id: str
    authorized_at: int
    account_id: str
    role: str | None
    entity: str | None
    scope: tuple[str, ...]


def make_access_token(
    name: str, answer: TokenAnswer, source: Grant | AcceptedCertificate, client: Client, issued_at: int
) -> AccessToken:
    """Return what readers get. `issued_at` is when the request was sent, so the end is never too late."""
    endpoints, one_time = client.endpoints, client.is_public and isinstance(source, Grant)
    return AccessToken(
        access_token=answer.access_token,
        expires_at=issued_at + answer.life,
        issued_at=issued_at,
        refresh_at=find_refresh_at(name, issued_at, answer.life, one_time=one_time),
        scope=answer.scope or source.scope,
        account_id=source.account_id,
        role=source.role,
        entity=source.entity,
        rest_url=endpoints.rest_url,
        restlet_url=endpoints.restlet_url,
        grant_id=source.id,
        authorized_at=source.authorized_at,
        authorization_endpoint=client.overrides.get("authorization_endpoint"),
        token_endpoint=client.overrides.get("token_endpoint"),
    )
