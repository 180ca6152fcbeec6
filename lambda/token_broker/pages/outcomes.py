"""What a page can tell a person: for each outcome an HTTP status, what happened, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One page's words. `next_step` is addressed to the person in front of it."""

    status: int
    title: str
    text: str
    next_step: str


_NEW_LINK = "Ask whoever sent you the link for a new one."
_OPEN_AGAIN = "Open the link again and start over."
_TELL_OPERATOR = "Tell whoever sent you the link; they can see the reason in the logs of this deployment."

MESSAGES: Mapping[str, Message] = {
    "authorized": Message(
        200,
        "Authorized",
        "NetSuite has granted access, and the tokens are stored.",
        "You can close this window.",
    ),
    "already_authorized": Message(
        200,
        "Already authorized",
        "This attempt has succeeded already; nothing was done twice.",
        "You can close this window.",
    ),
    "being_finished": Message(
        202,
        "Authorized, almost done",
        "NetSuite has granted access, and its answer is stored safely. The rest is done within a few minutes.",
        "You can close this window. Should the link still work in ten minutes, open it and start over.",
    ),
    "attempt_in_progress": Message(
        409,
        "Already under way",
        "This very attempt has come back before and is being worked on.",
        "Wait a minute, then open the link again: it will tell you whether it worked.",
    ),
    "attempt_failed": Message(
        409,
        "This attempt has failed before",
        "The same answer from NetSuite was used once already, without success. It cannot be used twice.",
        _OPEN_AGAIN,
    ),
    "superseded": Message(
        409,
        "A newer authorization is in place",
        "Somebody authorized this connection after you began. Theirs stands, and nothing was changed.",
        "Nothing is left to do. You can close this window.",
    ),
    "link_used": Message(
        410,
        "This link has been used",
        "The connection was authorized after this link was made, so the link has done its work.",
        f"Nothing is left to do. To authorize again: {_NEW_LINK[0].lower()}{_NEW_LINK[1:]}",
    ),
    "link_expired": Message(410, "This link has expired", "Links live only for a limited time.", _NEW_LINK),
    "link_invalid": Message(
        404,
        "This link is not valid",
        "It was not made by this deployment, was cut off on its way, or its signing key has been replaced.",
        f"Check that you opened the whole link. {_NEW_LINK}",
    ),
    "connection_gone": Message(
        410, "This connection no longer exists", "It was removed after the link was made.", _NEW_LINK
    ),
    "result_invalid": Message(
        404, "Nothing to show here", "This result page is not valid any more.", "You can close this window."
    ),
    "not_found": Message(404, "Nothing here", "There is no page at this address.", _NEW_LINK),
    "foreign_origin": Message(
        403,
        "Please press the button on our own page",
        "The request did not come from this deployment's page, so it was refused.",
        "Open the link you were sent, in a current browser, and press the button there.",
    ),
    "bad_request": Message(
        400,
        "NetSuite's answer is incomplete",
        "The address that brought you here lacks something, has it twice, or is too long.",
        _OPEN_AGAIN,
    ),
    "state_invalid": Message(
        400,
        "This attempt is not known here",
        "The answer does not belong to an attempt that was begun here.",
        _OPEN_AGAIN,
    ),
    "state_expired": Message(
        400,
        "This took too long",
        "More than ten minutes have passed since you pressed the button.",
        _OPEN_AGAIN,
    ),
    "cookie_missing": Message(
        403,
        "Another browser, or no cookies",
        "The attempt began in another browser or window, or cookies are switched off.",
        "Allow cookies for this site, open the link again and stay in one browser.",
    ),
    "denied": Message(
        403,
        "Access was not granted",
        "You, or somebody in your place, pressed Deny in NetSuite. Nothing was stored.",
        "If that was not meant, open the link again and press Allow.",
    ),
    "authorization_refused": Message(
        502,
        "NetSuite refused the request",
        "The integration record in NetSuite does not match what this deployment asks for.",
        _TELL_OPERATOR,
    ),
    "authorization_failed": Message(
        502, "NetSuite reported an error", "NetSuite did not say more about it. Nothing was stored.", _TELL_OPERATOR
    ),
    "wrong_account": Message(
        403,
        "This is another NetSuite account",
        "You granted access in an account that this connection is not meant for. Nothing was stored.",
        "Log in to the right account in NetSuite, then open the link again.",
    ),
    "wrong_role": Message(
        403,
        "This is another role or user",
        "This connection is meant for one particular role and user. Nothing was stored.",
        "Open the link again and choose the right role in NetSuite (Choose Another Role).",
    ),
    "scope_missing": Message(
        403,
        "NetSuite granted too little",
        "Not everything this connection needs was granted. Nothing was stored.",
        _TELL_OPERATOR,
    ),
    "no_refresh_token": Message(
        502, "NetSuite's answer is incomplete", "It held nothing to renew access with.", _TELL_OPERATOR
    ),
    "netsuite_unavailable": Message(
        503,
        "NetSuite cannot be reached",
        "Nothing was stored, and nothing was lost.",
        f"In a few minutes: {_OPEN_AGAIN}",
    ),
    "netsuite_failed": Message(
        502, "NetSuite did not finish", "NetSuite did not confirm the grant. Nothing was stored.", _OPEN_AGAIN
    ),
    "invalid_grant": Message(
        502,
        "NetSuite did not accept the code",
        "Codes are good for moments only, and once only. Nothing was stored.",
        _OPEN_AGAIN,
    ),
    "invalid_client": Message(
        502,
        "NetSuite does not accept this deployment",
        "The client id or client secret stored here is not the one NetSuite knows. Nothing was stored.",
        _TELL_OPERATOR,
    ),
    "unavailable": Message(
        503,
        "Please try again in a moment",
        "A service this page needs did not answer.",
        "Reload this page in a minute.",
    ),
    "internal": Message(
        500,
        "Something went wrong on our side",
        "It is not your fault. The reference below is in the logs.",
        _TELL_OPERATOR,
    ),
}
"""Every outcome a page can show, by its code."""

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
}


def outcome_of_error(code: str) -> str:
    """Return the outcome that an error's code is shown as; one that no page knows is our own failure."""
    outcome = _BY_ERROR_CODE.get(code, code)
    return outcome if outcome in MESSAGES else "internal"
