"""Who may use the resource hosts: bearer tokens, scopes, the concurrency limit.

Oracle NetSuite Help, subsect_158521885412 and bridgehead_1500275603.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request, Response

from local.netsuite.answers import rest_error, restlet_error
from local.netsuite.model import Account, Simulator
from local.netsuite.tokens import chain_of, kind_of, read_token

_LOGIN_DETAIL = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)


def refuse(simulator: Simulator, account: Account, request: Request, scope: str) -> Response | None:
    """Return the refusal of a request whose token is missing, wrong or not for this scope; None for a good one."""
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    if header and (scheme.lower() != "bearer" or not token or " " in token):
        return _unauthorized(account, scope, 400, "invalid_request")
    detail, status = _find_fault(simulator, account, token, scope)
    if detail is None:
        return None
    simulator.audit.refuse(account.id, "", detail)
    return _unauthorized(account, scope, status, "invalid_token")


@contextmanager
def counted(simulator: Simulator, account: Account, scope: str) -> Iterator[Response | None]:
    """Count a request in; gives the refusal where too many are under way."""
    with simulator.lock:
        too_many = account.in_flight >= account.concurrency_limit
        account.in_flight += 1
    try:
        yield _too_many(scope) if too_many else None
    finally:
        with simulator.lock:
            account.in_flight -= 1


def _find_fault(simulator: Simulator, account: Account, token: str, scope: str) -> tuple[str | None, int]:
    claims = read_token(token)
    chain = chain_of(simulator, claims) if claims else None
    if claims is None or chain is None:
        return "TokenRejected", 401
    integration = simulator.integrations.get(chain.client_id)
    if kind_of(claims) != "a":
        return "InvalidTokenType", 401
    if chain.revoked or integration is None or not integration.enabled or integration.account_id != account.id:
        return "TokenRejected", 401
    if simulator.now() >= claims["exp"]:
        return "TokenExpired", 401
    if scope not in chain.scope:
        return "ScopeMismatched", simulator.switches.wrong_scope_status
    return None, 200


def _unauthorized(account: Account, scope: str, status: int, error: str) -> Response:
    if scope == "restlets":
        response = restlet_error(status, "INVALID_LOGIN_ATTEMPT", "Invalid login attempt.")
    else:
        response = rest_error(status, "INVALID_LOGIN", _LOGIN_DETAIL)
    text = f'Bearer realm="{account.id}", error="{error}", error_description="Invalid login attempt."'
    response.headers["WWW-Authenticate"] = text
    return response


def _too_many(scope: str) -> Response:
    if scope == "restlets":
        return restlet_error(400, "SSS_REQUEST_LIMIT_EXCEEDED", "Request limit exceeded.")
    return rest_error(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.")
