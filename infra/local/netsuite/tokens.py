"""Access and refresh tokens as NetSuite prints them: JWTs with its claims.

Oracle NetSuite Help, section_158255317571.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local.netsuite.model import Chain, Integration, Simulator


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """Return the one key of this process; making it takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_token(simulator: Simulator, integration: Integration, chain: Chain, kind: str, seconds: int) -> str:
    """Return a token of a kind: `a` for access, `r` for refresh. Machines' have another layout."""
    now = int(simulator.now())
    account = integration.account_id
    machine = chain.certificate_id is not None
    person = [f"{integration.application_id};{account}", integration.client_id]
    claims = {
        "sub": f"{account};0;{chain.role};{chain.entity};N" if machine else f"{chain.role};{chain.entity}",
        "aud": [integration.client_id, f"app:{integration.application_id}"] if machine else person,
        "scope": list(chain.scope),
        "iss": "https://system.netsuite.com",
        "oit": chain.began_at,
        "exp": now + seconds,
        "iat": now,
        "jti": f"{'a.c' if machine else f'{account}.{kind}'}.{chain.id}_{chain.began_at}.{secrets.token_hex(8)}",
    }
    headers = {"kid": key_id(simulator, account), "typ": "JWT"}
    return jwt.encode(claims, signing_key(), simulator.switches.signing_algorithm, headers)


def read_token(token: str) -> Mapping[str, Any] | None:
    """Return the claims of a token that was signed here, whatever its time; None for any other text."""
    try:
        return jwt.decode(
            token,
            signing_key().public_key(),
            algorithms=["RS256", "PS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        return None


def kind_of(claims: Mapping[str, Any]) -> str:
    """Return `a` for an access token's claims, `r` for a refresh token's."""
    first, second, *_ = str(claims["jti"]).split(".")
    return "a" if (first, second) == ("a", "c") else second


def chain_of(simulator: Simulator, claims: Mapping[str, Any]) -> Chain | None:
    """Return the authorization that a token follows from."""
    return simulator.chains.get(str(claims["jti"]).split(".")[2].partition("_")[0])


def forget_use(simulator: Simulator, token: str) -> None:
    """Let a one-time refresh token be good once more."""
    claims = read_token(token)
    chain = chain_of(simulator, claims) if claims else None
    if chain is not None:
        chain.spent.discard(token)


def key_id(simulator: Simulator, account_id: str) -> str:
    """Return the `kid`: company-specific and dated, with a new certificate every 60 days."""
    day = int(simulator.now()) // 86_400 // 60 * 60 * 86_400
    return f"c.{account_id}.{datetime.fromtimestamp(day, UTC):%Y-%m-%d_%H-%M-%S}"


def public_keys(simulator: Simulator, account_id: str) -> dict[str, Any]:
    """Return the account's keys as a JWK Set (RFC 7517)."""
    key = json.loads(RSAAlgorithm.to_jwk(signing_key().public_key()))
    key |= {"kid": key_id(simulator, account_id), "use": "sig", "alg": simulator.switches.signing_algorithm}
    return {"keys": [key]}
