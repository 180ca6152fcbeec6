"""Token responses as other servers and proxies send them: what a fault at the token endpoint makes of the right one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from local.netsuite.answers import json_answer, page

_Values = dict[str, Any]

CHANGES: Mapping[str, Callable[[_Values, str], object]] = {
    "refresh-token-same": lambda values, presented: values.update({"refresh_token": presented}),
    "refresh-token-null": lambda values, _: values.update({"refresh_token": None}),
    "refresh-token-empty": lambda values, _: values.update({"refresh_token": ""}),
    "refresh-token-absent": lambda values, _: values.pop("refresh_token", None),
    "token-type-absent": lambda values, _: values.pop("token_type"),
    "expires-in-fraction": lambda values, _: values.update(expires_in=float(values["expires_in"])),
    "expires-in-fraction-text": lambda values, _: values.update(expires_in=f"{float(values['expires_in'])}"),
    "opaque-token": lambda values, _: values.update({"access_token": "opaque-token", "expires_in": None}),
}
"""Changes of a refresh response's values, given the refresh token that was presented."""
KEEPING = frozenset(kind for kind in CHANGES if kind.startswith("refresh-token-"))
"""Changes after which the refresh token that was presented stays good, as such servers keep it."""
REFUSALS: Mapping[str, tuple[int, str]] = {
    "200-invalid_grant": (200, "invalid_grant"),
    "400-invalid_request": (400, "invalid_request"),
    "400-server_error": (400, "server_error"),
    "400-slow_down": (400, "slow_down"),
    "400-temporarily_unavailable": (400, "temporarily_unavailable"),
    "401-invalid_client": (401, "invalid_client"),
    "403-access_denied": (403, "access_denied"),
    "404-not_found": (404, "not_found"),
    "408-request_timeout": (408, "request_timeout"),
}
"""Status and error of answers that come in a response's place."""
KINDS = (*CHANGES, "byte-order-mark", "201", "403-html", *REFUSALS)


def refuse(kind: str) -> Response | None:
    """Return the answer that comes in place of looking at the request, where the kind is such a one."""
    if kind == "403-html":
        return page(403, "Firewall", "<h1>Blocked</h1>")
    return json_answer(REFUSALS[kind][0], {"error": REFUSALS[kind][1]}) if kind in REFUSALS else None


def change(kind: str, right: Response, presented: str) -> Response:
    """Return the right answer as another server would have sent it; a refusal stays as it is."""
    if right.status_code != 200:
        return right
    if kind in CHANGES:
        values = json.loads(right.get_data())
        CHANGES[kind](values, presented)
        return json_answer(200, values)
    if kind == "byte-order-mark":
        return Response(b"\xef\xbb\xbf" + right.get_data(), 200, content_type="application/json")
    return json_answer(201, json.loads(right.get_data()))
