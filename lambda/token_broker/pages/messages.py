"""The messages that a page can show: the HTTP status of each. Their words are in the catalogues.

An outcome here is how an attempt to authorize ended; how a rotation ended is `token_broker.context.outcome`.
"""

from __future__ import annotations

from collections.abc import Mapping

STATUSES: Mapping[str, int] = {
    "authorized": 200,
    "already_authorized": 200,
    "being_finished": 202,
    "attempt_in_progress": 409,
    "attempt_failed": 409,
    "superseded": 409,
    "link_used": 410,
    "link_revoked": 410,
    "link_expired": 410,
    "link_invalid": 404,
    "connection_gone": 410,
    "result_invalid": 404,
    "not_found": 404,
    "callback_slash": 404,
    "foreign_origin": 403,
    "bad_request": 400,
    "too_many_attempts": 429,
    "state_invalid": 400,
    "state_expired": 400,
    "cookie_missing": 403,
    "denied": 403,
    "authorization_refused": 502,
    "authorization_failed": 502,
    "wrong_account": 403,
    "wrong_role": 403,
    "wrong_user": 403,
    "wrong_role_and_user": 403,
    "scope_missing": 403,
    "no_refresh_token": 502,
    "netsuite_unavailable": 503,
    "netsuite_failed": 502,
    "invalid_grant": 502,
    "invalid_client": 502,
    "unavailable": 503,
    "internal": 500,
}
"""Every outcome a page can show, by its code."""

BEGIN_AGAIN = frozenset(
    {
        "attempt_failed",
        "attempt_in_progress",
        "denied",
        "invalid_grant",
        "netsuite_failed",
        "netsuite_unavailable",
        "wrong_account",
        "wrong_role",
        "wrong_role_and_user",
        "wrong_user",
    }
)
"""Outcomes of a known attempt after which the person opens the same link again, so that the page leads back to it."""

_DONE_BY_SOMEBODY = frozenset({"superseded", "link_used"})

_BY_ERROR_CODE: Mapping[str, str] = {
    "being_deleted": "connection_gone",
    "conflict": "unavailable",
    "expired_signature": "state_expired",
    "invalid_answer": "netsuite_failed",
    "invalid_signature": "state_invalid",
    "netsuite_answer_lost": "netsuite_failed",
    "netsuite_throttled": "netsuite_unavailable",
    "netsuite_unreachable": "netsuite_unavailable",
    "not_found": "connection_gone",
    "quota_reached": "unavailable",
    "request_refused": "authorization_refused",
    "unexplained_refusal": "netsuite_failed",
}


def message_of_error(code: str) -> str:
    """Return the message that an error's code is shown as; one that no page knows is our own failure."""
    outcome = _BY_ERROR_CODE.get(code, code)
    return outcome if outcome in STATUSES else "internal"


def tone_of(outcome: str) -> str:
    """Return how a page looks: `good` where nothing is left to do, `bad` where the reader cannot help, else `note`."""
    if STATUSES[outcome] < 300 or outcome in _DONE_BY_SOMEBODY:
        return "good"
    return "bad" if STATUSES[outcome] >= 500 else "note"
