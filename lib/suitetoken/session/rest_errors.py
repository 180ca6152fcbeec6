"""NetSuite's error answers as typed errors: what REST web services and RESTlets say went wrong. Pure."""

from __future__ import annotations

import json
from typing import Any

from suitetoken.errors import NetSuiteError, Unavailable

_LONGEST_TEXT = 500
_NEXT_STEPS = {
    "CONCURRENCY_LIMIT_EXCEEDED": "send fewer requests at a time (NetSuiteSession(max_in_flight=…)), or try later.",
    "SSS_REQUEST_LIMIT_EXCEEDED": "send fewer requests at a time (NetSuiteSession(max_in_flight=…)), or try later.",
    "INSUFFICIENT_PERMISSION": "give the connection's role this permission in NetSuite.",
    "INVALID_LOGIN": "look up the reason in NetSuite's Login Audit Trail (Setup > Users/Roles).",
    "INVALID_LOGIN_ATTEMPT": "look up the reason in NetSuite's Login Audit Trail (Setup > Users/Roles).",
}
_TRY_LATER = frozenset({429, 500, 502, 503, 504})


def find_error_code(body: str) -> str:
    """Return NetSuite's own word for the error: that of the first detail, of the answer, or of a RESTlet; else ""."""
    answer = _parse(body)
    detail = next(iter(_find_details(answer)), {})
    code = detail.get("o:errorCode") or answer.get("o:errorCode") or _find_restlet_error(answer).get("code")
    return code if isinstance(code, str) else ""


def make_error(status: int, body: str, *, subject: str, next_step: str | None = None) -> NetSuiteError:
    """Return the error for an answer of NetSuite, whatever its body holds.

    Shapes: `o:errorDetails` (Oracle NetSuite Help, section_156570709583) and `error` of RESTlets
    (section_4634920277). An answer that has neither, such as a proxy's page, is not quoted.
    """
    code = find_error_code(body)
    error = NetSuiteError(
        f"NetSuite answered {status}{f' {code}' if code else ''}{_describe(_parse(body))}.",
        status=status,
        error_code=code,
        subject=subject,
        next_step=next_step or _NEXT_STEPS.get(code),
    )
    error.retryable = status in _TRY_LATER or is_throttled(status, body)
    error.exit_code = Unavailable.exit_code if error.retryable else NetSuiteError.exit_code
    return error


def is_throttled(status: int, body: str) -> bool:
    """Whether NetSuite turned the request away unread, because the account has too many under way.

    REST web services say so with 429, RESTlets with 400 and SSS_REQUEST_LIMIT_EXCEEDED (Oracle NetSuite Help,
    bridgehead_1525252812).
    """
    return status == 429 or (status == 400 and find_error_code(body) == "SSS_REQUEST_LIMIT_EXCEEDED")


def _parse(body: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _find_details(answer: dict[str, Any]) -> list[dict[str, Any]]:
    details = answer.get("o:errorDetails")
    return [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def _find_restlet_error(answer: dict[str, Any]) -> dict[str, Any]:
    error = answer.get("error")
    return error if isinstance(error, dict) else {}


def _describe(answer: dict[str, Any]) -> str:
    found = [detail.get("detail") for detail in _find_details(answer)]
    texts = [*found, _find_restlet_error(answer).get("message"), answer.get("title")]
    text = next((text for text in texts if isinstance(text, str) and text), "")
    return f": {text[:_LONGEST_TEXT].rstrip('. ')}" if text else ""
