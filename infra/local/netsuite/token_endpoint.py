"""The token and revocation endpoints.

Oracle NetSuite Help, section_158081952044, section_158082518856 and section_161071224088.

Every error is exactly `{"error": "<code>"}` (subsect_158521832417); why is in the audit trail only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from typing import Any

from flask import Request, Response
from werkzeug.datastructures import MultiDict

from local.netsuite import client_credentials
from local.netsuite.answers import json_answer
from local.netsuite.model import Account, Chain, Code, Integration, Simulator, TokenRequestRecord
from local.netsuite.refused import Refused
from local.netsuite.tokens import chain_of, kind_of, make_token, read_token

_FORM = "application/x-www-form-urlencoded"
_KNOWN = {
    "authorization_code": {"grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"},
    "refresh_token": {"grant_type", "refresh_token", "client_id", "client_secret"},
}
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def answer_token_request(simulator: Simulator, account: Account, request: Request) -> Response:
    """Answer one token request and record how it ended."""
    grant_type, application = str(request.form.get("grant_type", "")), ""
    try:
        form = _read_form(request)
        if grant_type == client_credentials.NAME:
            proof = client_credentials.verify(simulator, account, request, form)
            application = proof.integration.name
            tokens = _tokens(simulator, proof.integration, client_credentials.begin(simulator, proof), refresh=False)
        else:
            integration = _authenticate(simulator, account, request, form)
            application = integration.name
            tokens = _GRANTS[_check_grant_type(form, integration)](simulator, integration, form)
    except Refused as refused:
        simulator.audit.refuse(account.id, application, refused.detail)
        simulator.token_requests.append(TokenRequestRecord(grant_type, application, refused.error))
        return _error(account, refused)
    simulator.audit.accept(account.id, application)
    simulator.token_requests.append(TokenRequestRecord(grant_type, application, "ok"))
    return json_answer(200, tokens)


def answer_revocation(simulator: Simulator, account: Account, request: Request) -> Response:
    """Revoke a refresh token and its access tokens; 200 with nothing in it."""
    try:
        form = _read_form(request)
        integration = _authenticate(simulator, account, request, form)
        token = _read_revoked(form)
    except Refused as refused:
        simulator.audit.refuse(account.id, "", refused.detail)
        return _error(account, refused)
    claims = read_token(token)
    chain = chain_of(simulator, claims) if claims else None
    if chain is not None and chain.client_id == integration.client_id:
        chain.revoked = True
    return Response(status=200)


def _read_revoked(form: MultiDict[str, str]) -> str:
    token = form.get("token")
    if not token:
        raise Refused("invalid_request", "InvalidRequest")
    return token


def _read_form(request: Request) -> MultiDict[str, str]:
    if request.mimetype != _FORM or any(len(values) > 1 for values in request.form.to_dict(flat=False).values()):
        raise Refused("invalid_request", "InvalidRequest")
    if request.args:
        raise Refused("invalid_request", "InvalidRequest")
    return request.form


def _authenticate(simulator: Simulator, account: Account, request: Request, form: MultiDict[str, str]) -> Integration:
    """Return the record that the client proved to be: one method only (RFC 6749 section 2.3)."""
    header = request.headers.get("Authorization")
    if header is not None and ("client_secret" in form or "client_id" in form):
        raise Refused("invalid_request", "InvalidRequest")
    client_id, secret = _read_basic(header) if header is not None else (form.get("client_id", ""), None)
    integration = simulator.integrations.get(client_id)
    if integration is None or integration.account_id != account.id:
        raise Refused("invalid_client", "UnknownIntegration", 401)
    proved = secret in (None, "") if integration.is_public else secret == integration.client_secret
    if not proved or "client_secret" in form:
        raise Refused("invalid_client", "ClientAuthenticationFailed", 401)
    if not integration.enabled:
        raise Refused("invalid_client", "IntegrationBlocked", 401)
    return integration


def _read_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        client_id, colon, secret = "", "", ""
    if scheme.lower() != "basic" or not colon:
        raise Refused("invalid_client", "ClientAuthenticationFailed", 401)
    return client_id, secret


def _check_grant_type(form: MultiDict[str, str], integration: Integration) -> str:
    grant_type = form.get("grant_type")
    if not grant_type:
        raise Refused("invalid_request", "InvalidGrantType")
    if grant_type not in _GRANTS:
        raise Refused("unsupported_grant_type", "InvalidGrantType")
    if not integration.code_grant:
        raise Refused("unauthorized_client", "AuthorizationCodeGrantRequired")
    if set(form) - _KNOWN[grant_type]:
        raise Refused("invalid_request", "InvalidRequest")
    return grant_type


def _exchange(simulator: Simulator, integration: Integration, form: MultiDict[str, str]) -> dict[str, Any]:
    text, redirect_uri = form.get("code"), form.get("redirect_uri")
    if not text or not redirect_uri:
        raise Refused("invalid_request", "InvalidRequest")
    code = simulator.codes.pop(text, None)
    if code is None:
        raise Refused("invalid_grant", "InvalidGrant")
    if code.client_id != integration.client_id:
        raise Refused("invalid_grant", "ClientIdMismatch")
    if code.redirect_uri != redirect_uri or simulator.now() > code.made_at + simulator.switches.code_seconds:
        raise Refused("invalid_grant", "InvalidGrant")
    if not _proves(code, form.get("code_verifier")):
        raise Refused("invalid_grant", "InvalidGrant")
    _refuse_inactive(simulator, integration, code.entity, code.role)
    chain = Chain(str(uuid.uuid4()), integration.client_id, code.scope, code.role, code.entity, int(simulator.now()))
    simulator.chains[chain.id] = chain
    return _tokens(simulator, integration, chain, refresh=True)


def _proves(code: Code, verifier: str | None) -> bool:
    """Whether the verifier is the challenge's (RFC 7636 section 4.6); none is needed where none was challenged."""
    if code.challenge is None:
        return verifier is None
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return digest == code.challenge


def _refresh(simulator: Simulator, integration: Integration, form: MultiDict[str, str]) -> dict[str, Any]:
    token = form.get("refresh_token")
    if not token:
        raise Refused("invalid_request", "InvalidRequest")
    claims = read_token(token)
    chain = chain_of(simulator, claims) if claims else None
    if claims is None or chain is None:
        raise Refused("invalid_grant", "InvalidSignature")
    if kind_of(claims) != "r":
        raise Refused("invalid_grant", "InvalidRefreshToken")
    if chain.client_id != integration.client_id:
        raise Refused("invalid_grant", "ClientIdMismatch")
    _refuse_ended(simulator, integration, chain, token, int(claims["exp"]))
    _refuse_inactive(simulator, integration, chain.entity, chain.role)
    if integration.is_public:
        chain.spent.add(token)
    return _tokens(simulator, integration, chain, refresh=integration.is_public)


def _refuse_ended(simulator: Simulator, integration: Integration, chain: Chain, token: str, expires_at: int) -> None:
    now = simulator.now()
    if token in chain.spent:
        chain.revoked = chain.revoked or simulator.switches.replay_ends_chain
        raise Refused("invalid_grant", "TokenNotAcceptable")
    if chain.revoked:
        raise Refused("invalid_grant", "TokenNotAcceptable")
    if now >= expires_at:
        raise Refused("invalid_grant", "RefreshTokenExpired")
    if integration.is_public and now >= chain.began_at + integration.rotation_hours * 3600:
        raise Refused("invalid_grant", "RefreshTokenExpired")
    if not set(chain.scope) <= integration.scopes:
        raise Refused("invalid_grant", "ScopeMismatched")


def _refuse_inactive(simulator: Simulator, integration: Integration, entity: str, role: str) -> None:
    user = simulator.account_of(integration).users.get(entity)
    if user is None or not user.active or role not in user.roles:
        raise Refused("invalid_grant", "EntityOrRoleDisabled")


def _tokens(simulator: Simulator, integration: Integration, chain: Chain, *, refresh: bool) -> dict[str, Any]:
    switches = simulator.switches
    life = switches.access_token_seconds
    tokens = {
        "access_token": make_token(simulator, integration, chain, "a", life),
        "expires_in": str(life) if switches.expires_in_is_text else life,
        "token_type": switches.token_type,
    }
    if refresh:
        limit = integration.refresh_token_hours * 3600 if integration.is_public else switches.refresh_token_seconds
        tokens["refresh_token"] = make_token(simulator, integration, chain, "r", limit)
    return tokens


def _error(account: Account, refused: Refused) -> Response:
    response = json_answer(refused.status, {"error": refused.error})
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = f'Basic realm="{account.id}"'
    return response


_GRANTS = {"authorization_code": _exchange, "refresh_token": _refresh}
