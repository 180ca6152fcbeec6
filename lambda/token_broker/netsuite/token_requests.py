"""The requests to the token endpoint and the revocation endpoint: which form, with which client authentication.

RFC 6749 sections 2.3.1, 4.1.3 and 6, RFC 7009 section 2.1, RFC 7523 section 2.2; Oracle NetSuite Help,
section_158081952044, section_158082518856, section_161071224088 and section_162755359851.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oauthlib.common import urlencode
from oauthlib.oauth2 import WebApplicationClient
from requests.auth import HTTPBasicAuth

from suitetoken.documents import Client


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One form to post, with the client authentication it needs (RFC 6749 section 2.3.1); `kind` is for measuring."""

    kind: str
    url: str
    form: str = field(repr=False)
    auth: HTTPBasicAuth | None = field(repr=False)


def prepare_exchange(client: Client, code: str, redirect_uri: str, verifier: str) -> TokenRequest:
    """Return the request that exchanges a code."""
    form = WebApplicationClient(client.client_id).prepare_request_body(
        code=code, redirect_uri=redirect_uri, code_verifier=verifier, include_client_id=client.is_public
    )
    return TokenRequest("exchange", client.endpoints.token_endpoint, form, _authenticate(client))


def prepare_refresh(client: Client, refresh_token: str) -> TokenRequest:
    """Return the request that refreshes an access token."""
    named = {"client_id": client.client_id} if client.is_public else {}
    form = WebApplicationClient(client.client_id).prepare_refresh_body(refresh_token=refresh_token, **named)
    return TokenRequest("refresh", client.endpoints.token_endpoint, form, _authenticate(client))


def prepare_assertion(client: Client, assertion: str) -> TokenRequest:
    """Return the request that asks for a token with a client assertion (RFC 7523 section 2.2).

    The assertion is the client's one authentication (Oracle NetSuite Help, section_162755359851).
    """
    form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ]
    return TokenRequest("assertion", client.endpoints.token_endpoint, urlencode(form), None)


def prepare_revocation(client: Client, refresh_token: str) -> TokenRequest:
    """Return the request that revokes a refresh token and its access tokens."""
    named = [("client_id", client.client_id)] if client.is_public else []
    form = urlencode([("token", refresh_token), *named])
    return TokenRequest("revocation", client.endpoints.revocation_endpoint, form, _authenticate(client))


def _authenticate(client: Client) -> HTTPBasicAuth | None:
    if client.client_secret is None:
        return None
    return HTTPBasicAuth(client.client_id, client.client_secret)
