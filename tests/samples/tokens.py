"""Tokens and documents as NetSuite and the broker make them, for tests that need no server."""

from __future__ import annotations

import base64
import json
from typing import Any

from suitetoken.documents import AccessToken, Client, Connection, Grant

NOW = 1_800_000_000
SCOPE = ("restlets", "rest_webservices")
CONFIDENTIAL = Client("1234567_SB1", "a" * 64, "client-secret-canary")
PUBLIC = Client("1234567_SB1", "a" * 64)


def make_jwt(**claims: Any) -> str:
    """Return a token with these claims and a signature that nobody checks."""

    def encode(part: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    return f"{encode({'typ': 'JWT', 'alg': 'RS256', 'kid': 'c.1234567.2026-01-18'})}.{encode(claims)}.c2lnbmF0dXJl"


def make_access_jwt(**claims: Any) -> str:
    """Return an access token as Oracle prints one (Oracle NetSuite Help, section_158255317571)."""
    known = {
        "sub": "1017;12",
        "aud": ["6ACBD51C-514B-4F59-B1C3-CB35FF7E9A6A;1234567_SB1", "a" * 64],
        "scope": list(SCOPE),
        "iss": "https://system.netsuite.com",
        "oit": NOW,
        "iat": NOW,
        "exp": NOW + 3600,
    }
    return make_jwt(**{**known, **claims})


def make_answer(**fields: Any) -> str:
    """Return a token response's body; a field given as None is left out."""
    known = {
        "access_token": make_access_jwt(),
        "refresh_token": make_jwt(oit=NOW, iat=NOW, exp=NOW + 604_800),
        "expires_in": "3600",
        "token_type": "bearer",
    }
    return json.dumps({name: value for name, value in {**known, **fields}.items() if value is not None})


def make_grant(**fields: Any) -> Grant:
    """Return a grant given at NOW for seven days."""
    known = {
        "id": "0" * 32,
        "refresh_token": "refresh-token-canary",
        "expires_at": NOW + 604_800,
        "authorized_at": NOW,
        "account_id": "1234567_SB1",
        "client_id": "a" * 64,
        "role": "1017",
        "entity": "12",
        "scope": SCOPE,
    }
    return Grant(**{**known, **fields})


def make_connection(**fields: Any) -> Connection:
    """Return a connection of the client `acme`."""
    return Connection(**{"client": "acme", "scope": SCOPE, **fields})


def make_access_token(**fields: Any) -> AccessToken:
    """Return an access token issued at NOW for an hour."""
    known = {
        "access_token": "access-token-canary",
        "expires_at": NOW + 3600,
        "issued_at": NOW,
        "refresh_at": NOW + 1800,
        "scope": SCOPE,
        "account_id": "1234567_SB1",
        "role": "1017",
        "entity": "12",
        "rest_url": "https://1234567-sb1.suitetalk.api.netsuite.com",
        "restlet_url": "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl",
        "grant_id": "0" * 32,
        "authorized_at": NOW,
    }
    return AccessToken(**{**known, **fields})
