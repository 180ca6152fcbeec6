"""Events and answers of the HTTP API are those of payload format 2.0.

Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway".
"""

from __future__ import annotations

import base64

import pytest

from local.gateway.http_events import Request, Route, find_route, make_event, make_message, read_answer
from tests.samples.aws_events import HTTP_API

ROUTE = Route("$default", "web")
_NOT_ASKED_FOR = ("authentication", "authorizer")
"""Parts of the guide's sample that an API has only where client certificates or tokens are configured."""


def test_event_is_the_documented_one() -> None:
    """The guide's sample request gives the guide's sample event: joined headers and queries, cookies on their own."""
    request = Request(
        method="POST",
        target="/my/path?parameter1=value1&parameter1=value2&parameter2=value",
        headers=(
            ("Header1", "value1"),
            ("Header2", "value1"),
            ("HEADER2", "value2"),
            ("Cookie", "cookie1; cookie2"),
            ("Host", "id.execute-api.us-east-1.amazonaws.com"),
            ("User-Agent", "agent"),
            ("Content-Type", "text/plain"),
        ),
        body=b"Hello from Lambda",
        source_ip="192.0.2.1",
        request_id="id",
        seconds=1584040438.39,
    )
    known = {name: value for name, value in HTTP_API.items() if name != "stageVariables"}
    context = {name: value for name, value in known["requestContext"].items() if name not in _NOT_ASKED_FOR}
    sent = {"host": "id.execute-api.us-east-1.amazonaws.com", "user-agent": "agent", "content-type": "text/plain"}
    assert make_event(request, ROUTE, {"parameter1": "value1"}, "api-id") == {
        **known,
        "headers": {**known["headers"], **sent},
        # The guide's own two times are eight days apart.
        "requestContext": {**context, "time": "12/Mar/2020:19:13:58 +0000", "timeEpoch": 1584040438390},
    }


def test_empty_fields_are_left_out() -> None:
    """A request without cookies, query, path parameters or body has no such fields."""
    event = make_event(Request("GET", "/health", ()), Route("GET /health", "web"), {}, "a")
    assert event.keys().isdisjoint({"cookies", "queryStringParameters", "pathParameters", "body"})
    assert event["rawQueryString"] == ""
    assert event["isBase64Encoded"] is False


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_forms_arrive_base64_encoded(content_type: str) -> None:
    """Everything but text, JSON and XML is treated as binary, forms included."""
    request = Request("POST", "/", (("content-type", content_type),), body=b"a=b")
    event = make_event(request, ROUTE, {}, "a")
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"a=b"


def test_path_is_decoded_and_query_is_not() -> None:
    """HTTP APIs deliver rawPath and path parameters percent-decoded, rawQueryString as it came."""
    request = Request("GET", "/authorize/a%20b?c=%2F+d", ())
    match = find_route([Route("GET /authorize/{link}", "web")], "GET", request.path)
    assert match is not None
    event = make_event(request, *match, "a")
    assert event["rawPath"] == "/authorize/a b"
    assert event["pathParameters"] == {"link": "a b"}
    assert event["rawQueryString"] == "c=%2F+d"
    assert event["queryStringParameters"] == {"c": "/ d"}


ROUTES = [
    Route("GET /authorize/{link}", "landing"),
    Route("POST /authorize/{link}", "begin"),
    Route("GET /authorize/help", "help"),
    Route("ANY /files/{path+}", "files"),
]


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("GET", "/authorize/x", "landing"),
        ("POST", "/authorize/x", "begin"),
        ("GET", "/authorize/help", "help"),
        ("PUT", "/files/a/b", "files"),
        ("DELETE", "/authorize/x", None),
        ("HEAD", "/authorize/x", None),
        ("GET", "/authorize/x/", None),
        ("GET", "/authorize/", None),
        ("GET", "//authorize/x", None),
    ],
)
def test_most_specific_route_wins(method: str, path: str, function: str | None) -> None:
    """A whole path wins over a variable, a variable over a greedy one; without a match there is no function."""
    found = find_route(ROUTES, method, path)
    assert (found[0].function if found else None) == function


def test_default_route_comes_last() -> None:
    """`$default` takes what no other route takes."""
    found = find_route([ROUTE, *ROUTES], "GET", "/authorize/x")
    assert found is not None
    assert found[0].function == "landing"
    rest = find_route([ROUTE, *ROUTES], "GET", "/")
    assert rest is not None
    assert rest[0].function == "web"


def test_each_cookie_of_an_answer_is_a_header() -> None:
    """`cookies` become Set-Cookie lines, header names lower case, and a base64 body the bytes it stands for."""
    answer = read_answer(
        {
            "statusCode": 303,
            "headers": {"Location": "/x", "Content-Type": "text/html"},
            "cookies": ["a=1; Secure", "b=2"],
            "body": base64.b64encode(b"\xff").decode(),
            "isBase64Encoded": True,
        }
    )
    assert answer.status == 303
    assert answer.headers == (
        ("location", "/x"),
        ("content-type", "text/html"),
        ("set-cookie", "a=1; Secure"),
        ("set-cookie", "b=2"),
    )
    assert answer.body == b"\xff"


def test_answer_without_status_code_is_the_body() -> None:
    """Without `statusCode`, API Gateway takes the whole answer as a JSON body with status 200."""
    answer = read_answer({"ok": True})
    assert (answer.status, answer.body) == (200, b'{"ok": true}')


def test_own_answers_look_like_api_gateway() -> None:
    """A request without a route is answered as API Gateway answers it."""
    assert make_message(404, "Not Found").body == b'{"message":"Not Found"}'
