"""An HTTP request as API Gateway's HTTP API hands it to a function, and the function's answer as HTTP.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0,
and "Create routes for HTTP APIs". The path arrives percent-decoded, as HTTP APIs deliver it; the query does not.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_TEXT = re.compile(r"text/|application/(?:json|javascript|xml)|application/[^;]+\+(?:json|xml)")
_CLOCK_FORMAT = "%d/%b/%Y:%H:%M:%S +0000"
STAGE = "$default"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it arrived. `target` is the request line's path and query; `seconds` is epoch time."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"
    request_id: str = ""
    seconds: float = 0.0

    @property
    def path(self) -> str:
        """The percent-decoded path."""
        return unquote(urlsplit(self.target).path)


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the API and the function that its integration names."""

    key: str
    function: str

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the path parameters when the route takes this request, else None."""
        if self.key == "$default":
            return {}
        wanted, _, pattern = self.key.partition(" ")
        if wanted not in ("ANY", method):
            return None
        found = re.fullmatch(_make_pattern(pattern), path)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; a header may be there more than once."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


def make_message(status: int, message: str) -> Answer:
    """Return an answer of API Gateway's own, such as 404 `{"message":"Not Found"}`."""
    body = json.dumps({"message": message}, separators=(",", ":")).encode()
    return Answer(status, (("content-type", "application/json"),), body)


def find_route(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the most specific route for a request: whole paths before greedy ones, `$default` last."""
    matches = [(route, found) for route in routes if (found := route.match(method, path)) is not None]
    return min(matches, key=lambda match: _generality(match[0]), default=None)


def make_event(request: Request, route: Route, path_parameters: Mapping[str, str], api_id: str) -> dict[str, Any]:
    """Return the event; fields that have nothing to say are left out, as API Gateway does."""
    query = urlsplit(request.target).query
    headers = _joined((name.lower(), value.strip()) for name, value in request.headers)
    cookies = [part.strip() for part in headers.pop("cookie", "").split(";") if part.strip()]
    body, encoded = _encode_body(request.body, headers.get("content-type", ""))
    event = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": query,
        "cookies": cookies,
        "headers": headers,
        "queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True)),
        "requestContext": _make_context(request, route, headers, api_id),
        "pathParameters": dict(path_parameters),
        "body": body,
        "isBase64Encoded": encoded,
    }
    optional = ("cookies", "queryStringParameters", "pathParameters", "body")
    return {name: value for name, value in event.items() if value or name not in optional}


def read_answer(result: Any) -> Answer:
    """Return a function's answer as HTTP; one without a status code is the body itself, as JSON."""
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result)
        return Answer(200, (("content-type", "application/json"),), body.encode())
    text = result.get("body") or ""
    headers = [(str(name).lower(), _header_text(value)) for name, value in (result.get("headers") or {}).items()]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    headers += [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]
    body_bytes = base64.b64decode(text) if result.get("isBase64Encoded") else str(text).encode()
    return Answer(int(result["statusCode"]), tuple(headers), body_bytes)


def _make_context(request: Request, route: Route, headers: Mapping[str, str], api_id: str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(request.seconds, UTC)
    host = headers.get("host", "")
    return {
        "accountId": "123456789012",
        "apiId": api_id,
        "domainName": host,
        "domainPrefix": host.split(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request.request_id,
        "routeKey": route.key,
        "stage": STAGE,
        "time": moment.strftime(_CLOCK_FORMAT),
        "timeEpoch": int(request.seconds * 1000),
    }


def _make_pattern(path: str) -> str:
    parts = re.split(r"(\{[^}]+\})", path)
    return "".join(_make_group(part[1:-1]) if part.startswith("{") else re.escape(part) for part in parts)


def _make_group(name: str) -> str:
    return f"(?P<{name[:-1]}>.+)" if name.endswith("+") else f"(?P<{name}>[^/]+)"


def _generality(route: Route) -> tuple[bool, bool, int]:
    return route.key == "$default", "+}" in route.key, route.key.count("{")


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        separator = "; " if name == "cookie" else ","
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined


def _encode_body(body: bytes, content_type: str) -> tuple[str | None, bool]:
    if not body:
        return None, False
    if _TEXT.match(content_type.strip().lower()):
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode(), True


def _header_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
