"""Answers in NetSuite's shapes."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

_SECTION = "https://www.rfc-editor.org/rfc/rfc9110.html#section-15."
_SECTIONS = {400: "5.1", 401: "5.2", 403: "5.4", 404: "5.5", 405: "5.6", 429: "5", 500: "6.1"}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def json_answer(status: int, body: object) -> Response:
    """Return a JSON response."""
    return Response(json.dumps(body), status, content_type="application/json")


def rest_error(status: int, code: str, detail: str, **where: str) -> Response:
    """Return an error as the REST API has it (Oracle NetSuite Help, section_156570709583)."""
    details: dict[str, Any] = {"detail": detail, "o:errorCode": code}
    details |= {f"o:{name}": value for name, value in where.items()}
    body = {
        "type": f"{_SECTION}{_SECTIONS[status]}",
        "title": _TITLES[status],
        "status": status,
        "o:errorDetails": [details],
    }
    return Response(json.dumps(body), status, content_type="application/vnd.oracle.resource+json; type=error")


def restlet_error(status: int, code: str, message: str) -> Response:
    """Return an error as RESTlets have it (Oracle NetSuite Help, section_4634920277)."""
    return json_answer(status, {"error": {"code": code, "message": message}})


def page(status: int, title: str, body: str) -> Response:
    """Return a plain HTML page; `body` is markup that was escaped where it was made."""
    head = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
    html = f"{head}<body>{body}</body></html>"
    return Response(html, status, content_type="text/html; charset=utf-8")
