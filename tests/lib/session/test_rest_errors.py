"""NetSuite's error answers: both shapes, and whatever else may come."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.session.rest_errors import find_error_code, is_throttled, make_error
from tests.samples.json_values import JSON

REST = {
    "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
    "title": "Bad Request",
    "status": 400,
    "o:errorDetails": [
        {"detail": "Error while accessing a resource. No such field.", "o:errorCode": "NONEXISTENT_FIELD"},
        {"detail": "Another.", "o:errorCode": "USER_ERROR"},
    ],
}
RESTLET = {"error": {"code": "SSS_REQUEST_LIMIT_EXCEEDED", "message": "Request limit exceeded."}}
# As Oracle prints it: the title and the code on top are those of another error.
THROTTLED = {
    "title": "Bad Request",
    "status": 429,
    "o:errorCode": "USER_ERROR",
    "o:errorDetails": [
        {"detail": "Concurrent request limit exceeded. Request blocked.", "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED"}
    ],
}


@pytest.mark.parametrize(
    ("status", "answer", "code", "text"),
    [
        (400, REST, "NONEXISTENT_FIELD", "400 NONEXISTENT_FIELD: Error while accessing a resource. No such field."),
        (400, RESTLET, "SSS_REQUEST_LIMIT_EXCEEDED", "400 SSS_REQUEST_LIMIT_EXCEEDED: Request limit exceeded."),
        (429, THROTTLED, "CONCURRENCY_LIMIT_EXCEEDED", "429 CONCURRENCY_LIMIT_EXCEEDED: Concurrent request limit"),
        (403, {"title": "Forbidden", "o:errorCode": "X"}, "X", "403 X: Forbidden."),
        (503, {}, "", "finance-prod: NetSuite answered 503."),
    ],
)
def test_an_error_is_told_in_netsuites_words(status: int, answer: object, code: str, text: str) -> None:
    """Code and detail are found in each shape; the first detail is the one that is told."""
    error = make_error(status, json.dumps(answer), subject="finance-prod")
    assert (error.status, error.error_code) == (status, code)
    assert text in str(error)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_some_errors_may_pass(status: int) -> None:
    """What NetSuite may answer differently later is retryable; what is wrong with the request is not."""
    assert make_error(status, "", subject="x").retryable
    assert not make_error(400, json.dumps(REST), subject="x").retryable


def test_being_turned_away_is_told_from_being_wrong() -> None:
    """Any 429, and of the 400s only the RESTlets' own code, mean that the request was not even read."""
    assert is_throttled(429, "")
    assert is_throttled(400, json.dumps(RESTLET))
    assert not is_throttled(400, json.dumps(REST))
    assert not is_throttled(403, json.dumps(RESTLET))


def test_a_foreign_page_is_not_quoted() -> None:
    """What is no JSON, such as a proxy's page, is not repeated in the error."""
    assert "html" not in str(make_error(502, "<html>canary</html>", subject="x"))


@given(st.integers(400, 599), st.one_of(st.text(), JSON.map(json.dumps)))
def test_any_answer_makes_an_error(status: int, body: str) -> None:
    """Whatever the body is, there is an error with the status and a code that is text, and it is not too long."""
    error = make_error(status, body, subject="finance-prod")
    assert error.status == status
    assert error.error_code == find_error_code(body)
    assert len(str(error)) < 2000
