"""One whole document of each kind; what must never be shown in it holds the canary."""

from __future__ import annotations

from typing import Any

from suitetoken.documents import Client, Connection, TokenDocument

CANARY = "canary-5c1d"
CLIENT: dict[str, Any] = {
    "account_id": "1234567_SB1",
    "client_id": f"id-{CANARY}",
    "client_secret": f"secret-{CANARY}",
    "authorization_endpoint": "https://proxy.example.com/authorize",
    "token_endpoint": "https://proxy.example.com/token",
    "revocation_endpoint": "https://proxy.example.com/revoke",
    "rest_url": "https://proxy.example.com",
    "restlet_url": "https://proxy.example.com/restlet.nl",
}
GRANT: dict[str, Any] = {
    "id": "a" * 32,
    "refresh_token": f"refresh-{CANARY}",
    "expires_at": 1_790_600_000,
    "authorized_at": 1_790_000_000,
    "account_id": "1234567_SB1",
    "client_id": f"id-{CANARY}",
    "role": "1000",
    "entity": "-5",
    "scope": "restlets rest_webservices",
}
PROBLEM: dict[str, Any] = {"code": "invalid_grant", "message": "authorize again.", "since": 1_790_000_000}
CONNECTION: dict[str, Any] = {
    "client": "prod",
    "scope": "restlets rest_webservices",
    "role": "1000",
    "entity": "-5",
    "rotation_hours": 720,
    "grant": GRANT,
    "claims": [{"id": "a" * 32, "at": 1_790_000_000, "outcome": "authorized"}, {"id": "b" * 32, "at": 1_790_000_100}],
    "answer": {"raw": f"answer-{CANARY}", "asked_at": 1_790_000_000},
    "problem": PROBLEM,
    "reminded_at": 1_790_000_000,
    "link_series": "x7Qa-_0z",
}
CERTIFICATE: dict[str, Any] = {
    "key": "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    "algorithm": "ES256",
    "pem": "-----BEGIN CERTIFICATE-----",
    "thumbprint": "c" * 64,
    "valid_from": 1_790_000_000,
    "valid_until": 1_850_000_000,
    "certificate_id": "NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA",
    "proved_at": 1_790_000_100,
}
MACHINE: dict[str, Any] = {
    "client": "prod",
    "scope": "rest_webservices",
    "grant_type": "client_credentials",
    "certificates": {
        "current": CERTIFICATE,
        "next": {
            **{name: value for name, value in CERTIFICATE.items() if name not in ("certificate_id", "proved_at")},
            "key": "key/finance/2",
            "thumbprint": "d" * 64,
        },
        "old": {**CERTIFICATE, "thumbprint": "e" * 64, "problem": PROBLEM},
    },
}
TOKEN: dict[str, Any] = {
    "access_token": f"access-{CANARY}",
    "token_type": "Bearer",
    "expires_at": 1_790_003_600,
    "issued_at": 1_790_000_000,
    "refresh_at": 1_790_001_800,
    "scope": "restlets rest_webservices",
    "account_id": "1234567_SB1",
    "role": "1000",
    "entity": "-5",
    "rest_url": "https://1234567-sb1.suitetalk.api.netsuite.com",
    "restlet_url": "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl",
    "grant_id": "a" * 32,
    "authorized_at": 1_790_000_000,
    "authorization_endpoint": "https://proxy.example.com/authorize.nl",
    "token_endpoint": "https://proxy.example.com/token",
    "problem": PROBLEM,
}
TOKEN_MAY_LACK = {"access_token", "token_type", "role", "entity", "authorization_endpoint", "token_endpoint", "problem"}
"""Fields that a token document may be without."""
KINDS: list[tuple[type[Client] | type[Connection] | type[TokenDocument], dict[str, Any]]] = [
    (Client, CLIENT),
    (Connection, CONNECTION),
    (Connection, MACHINE),
    (TokenDocument, TOKEN),
]
