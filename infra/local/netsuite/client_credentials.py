"""The client credentials grant: an assertion signed with a certificate's key, for an access token and nothing else.

Oracle NetSuite Help, section_162755359851 (request), section_162790605110 (assertion), subsect_158324637123 (details
in the audit trail). That RS256 and a wrong `iss` or `aud` give HTTP 500 was seen by others; which of RFC 6749's errors
the other refusals have on the wire is not documented, and is a choice here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from flask import Request
from werkzeug.datastructures import MultiDict

from local.netsuite.certificates import is_active
from local.netsuite.model import Account, Chain, Integration, Mapped, Simulator
from local.netsuite.refused import Refused

NAME = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PARAMETERS = {"grant_type", "client_assertion_type", "client_assertion"}
_RSA_ALGORITHMS = ("PS256", "PS384", "PS512")
_EC_ALGORITHMS = ("ES256", "ES384", "ES512")
LONGEST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Proof:
    """A good assertion: whose it is and what it asks for."""

    integration: Integration
    mapped: Mapped
    scope: tuple[str, ...]


def verify(simulator: Simulator, account: Account, request: Request, form: MultiDict[str, str]) -> Proof:
    """Return what the assertion proves, or raise Refused."""
    assertion = form.get("client_assertion")
    if set(form) != _PARAMETERS or not assertion or form["client_assertion_type"] != ASSERTION_TYPE:
        raise Refused("invalid_request", "InvalidRequest")
    if "Authorization" in request.headers:
        raise Refused("invalid_request", "InvalidRequest")
    mapped = _find_certificate(simulator, account, assertion)
    claims = _read_claims(assertion, mapped)
    integration = simulator.integrations[mapped.client_id]
    url = f"{request.environ.get('netsuite.base', request.host_url.rstrip('/'))}{request.path}"
    _check_claims(simulator, integration, claims, url)
    if not integration.enabled:
        raise Refused("invalid_client", "IntegrationBlocked", 401)
    if not integration.client_credentials:
        raise Refused("unauthorized_client", "InvalidGrantType")
    return Proof(integration, mapped, _read_scope(integration, claims.get("scope")))


def begin(simulator: Simulator, proof: Proof) -> Chain:
    """Return a new authorization of the mapping's role and entity; each assertion has one of its own."""
    mapped = proof.mapped
    user = simulator.account_of(proof.integration).users.get(mapped.entity)
    if user is None or not user.active or mapped.role not in user.roles:
        raise Refused("invalid_grant", "EntityOrRoleDisabled")
    chain = Chain(
        str(uuid.uuid4()),
        mapped.client_id,
        proof.scope,
        mapped.role,
        mapped.entity,
        int(simulator.now()),
        certificate_id=mapped.id,
    )
    simulator.chains[chain.id] = chain
    return chain


def _find_certificate(simulator: Simulator, account: Account, assertion: str) -> Mapped:
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.PyJWTError:
        raise Refused("invalid_request", "InvalidRequest") from None
    if header.get("alg") not in _RSA_ALGORITHMS + _EC_ALGORITHMS or header.get("typ") != "JWT":
        raise Refused("server_error", "UnsupportedAlgo", 500)
    mapped = simulator.certificates.get(str(header.get("kid")))
    if mapped is None or simulator.integrations[mapped.client_id].account_id != account.id:
        raise Refused("invalid_client", "MissingKey", 401)
    if not is_active(simulator, mapped):
        raise Refused("invalid_grant", "MissingKey")
    return mapped


def _read_claims(assertion: str, mapped: Mapped) -> Mapping[str, Any]:
    """Verify the signature; times are looked at with the simulator's clock, not with this machine's."""
    fitting = [mapped.algorithm] if mapped.algorithm in _EC_ALGORITHMS else list(_RSA_ALGORITHMS)
    try:
        return jwt.decode(
            assertion,
            mapped.public_key,
            algorithms=fitting,
            options={
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.PyJWTError:
        raise Refused("invalid_client", "SignatureValidation", 401) from None


def _check_claims(simulator: Simulator, integration: Integration, claims: Mapping[str, Any], url: str) -> None:
    if claims.get("iss") != integration.client_id or claims.get("aud") not in (url, [url]):
        raise Refused("server_error", "InvalidRequest", 500)
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        raise Refused("invalid_request", "InvalidRequest")
    if expires - issued > LONGEST_SECONDS:
        raise Refused("invalid_request", "TokenValidityTooBroad")
    if not issued <= simulator.now() < expires:
        raise Refused("invalid_grant", "InvalidGrant")


def _read_scope(integration: Integration, asked: object) -> tuple[str, ...]:
    """Read the scope: a list, or words with commas between them; `mcp` is not for machines."""
    words = asked.replace(",", " ").split() if isinstance(asked, str) else asked
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise Refused("invalid_scope", "InvalidScope")
    if not set(words) <= integration.scopes - {"mcp"}:
        raise Refused("invalid_scope", "InvalidScope")
    return tuple(words)
