"""The certificates endpoint on the restlets host: list, upload, revoke.

Oracle NetSuite Help, article_92130837826, article_11111634165, article_0209112025 and article_0209112818. How its
errors look is not documented: they have RESTlets' shape here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Request, Response

from local.netsuite import certificates
from local.netsuite.answers import json_answer, page, restlet_error
from local.netsuite.model import Account, Integration, Mapped, Simulator
from local.netsuite.tokens import chain_of, read_token

_PATH = re.compile(r"/services/rest/auth/oauth2/v1/clients/([^/]+)/certificates(?:/([^/]+)/revoke)?")


def is_meant(path: str) -> bool:
    """Whether a path of the restlets host leads here."""
    return _PATH.fullmatch(path) is not None


def answer(simulator: Simulator, account: Account, request: Request, path: str) -> Response:
    """Answer a request whose token has been looked at."""
    match = _PATH.fullmatch(path)
    integration = simulator.integrations.get(match[1]) if match else None
    if match is None or integration is None or integration.account_id != account.id:
        return restlet_error(404, "RCRD_DSNT_EXIST", "That record does not exist.")
    claims = read_token(request.headers["Authorization"].partition(" ")[2]) or {}
    chain = chain_of(simulator, claims)
    if chain is None or chain.role not in simulator.certificate_roles:
        return restlet_error(403, "INSUFFICIENT_PERMISSION", "Manage own OAuth 2.0 Client Credentials Certificates")
    if match[2]:
        return _revoke(simulator, integration, match[2], request)
    if request.method == "GET":
        return json_answer(200, [_describe(integration, each) for each in certificates.list_of(simulator, integration)])
    return _upload(simulator, integration, request)


def _upload(simulator: Simulator, integration: Integration, request: Request) -> Response:
    body: Any = request.get_json(silent=True)
    if request.method != "POST" or not isinstance(body, dict) or not {"fileContent", "role", "entity"} <= body.keys():
        return restlet_error(400, "SSS_MISSING_REQD_ARGUMENT", "Missing a required argument: fileContent, role, entity")
    try:
        mapped = take(simulator, integration, body)
    except certificates.NotTaken as refused:
        return restlet_error(400, "INVALID_CERTIFICATE", refused.reason)
    return json_answer(200, {**_describe(integration, mapped), "invalidated": mapped.revoked})


def take(simulator: Simulator, integration: Integration, body: Mapping[str, Any]) -> Mapped:
    """Take an uploaded certificate, or raise NotTaken; role and entity come as numbers or as text."""
    pem, role, entity = (str(body[name]) for name in ("fileContent", "role", "entity"))
    return certificates.upload(simulator, integration, pem, role, entity)


def _revoke(simulator: Simulator, integration: Integration, certificate_id: str, request: Request) -> Response:
    mapped = simulator.certificates.get(certificate_id)
    if request.method != "POST":
        return page(405, "NetSuite", "<h1>Not allowed</h1>")
    if mapped is None or mapped.client_id != integration.client_id:
        return restlet_error(404, "RCRD_DSNT_EXIST", "That record does not exist.")
    certificates.revoke(simulator, mapped)
    return Response("Certificate revoked", 200, content_type="text/plain")


def _describe(integration: Integration, mapped: Mapped) -> dict[str, Any]:
    return {
        "application": integration.name,
        "entity": mapped.entity,
        "role": mapped.role,
        "created": _in_words(mapped.created),
        "valid_from": _in_words(mapped.valid_from),
        "valid_until": _in_words(mapped.valid_until),
        "revoked": mapped.revoked,
        "certificate_id": mapped.id,
        "algorithm": mapped.algorithm,
    }


def _in_words(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
