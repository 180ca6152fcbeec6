"""The gateway in front of functions, over real HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from local.gateway.gateway import LARGEST_BODY, Gateway
from local.gateway.http_events import Request, Route

Answers = dict[str, Callable[[dict[str, Any]], Any]]


def start_now(answers: Answers) -> Callable[[str, dict[str, Any]], Future[Any]]:
    """Return how functions are started: at once, in the calling thread."""

    def start(name: str, event: dict[str, Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(answers[name](event))
        except ZeroDivisionError as error:
            future.set_exception(error)
        return future

    return start


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Give a gateway with an echo and a function that fails."""
    answers: Answers = {
        "echo": lambda event: {"statusCode": 200, "cookies": ["a=1", "b=2"], "body": event["rawPath"]},
        "event": lambda event: event,
        "fail": lambda _: 1 / 0,
    }
    gateway = Gateway(start_now(answers), now=lambda: 0.0)
    gateway.serve([Route("GET /echo/{x}", "echo"), Route("POST /event", "event"), Route("GET /fail", "fail")])
    yield gateway
    gateway.close()


def test_answer_goes_over_the_wire(gateway: Gateway) -> None:
    """Status, body and every cookie line reach the browser."""
    answer = requests.get(f"{gateway.url}/echo/x", timeout=5)
    assert (answer.status_code, answer.text) == (200, "/echo/x")
    assert answer.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]


def test_event_is_made_from_what_came_over_the_wire(gateway: Gateway) -> None:
    """Two header lines of one name, a cookie and a form arrive as the payload format says."""
    connection = http.client.HTTPConnection(urlsplit(gateway.url).netloc, timeout=5)
    connection.putrequest("POST", "/event?x=1")
    lines = [("X-Two", "1"), ("X-Two", "2"), ("Cookie", "a=1; b=2"), ("Content-Length", "3")]
    for name, value in [*lines, ("Content-Type", "application/x-www-form-urlencoded")]:
        connection.putheader(name, value)
    connection.endheaders(b"c=d")
    event = json.loads(connection.getresponse().read())
    connection.close()
    assert event["headers"]["x-two"] == "1,2"
    assert event["cookies"] == ["a=1", "b=2"]
    assert (event["body"], event["isBase64Encoded"]) == ("Yz1k", True)
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize("method", ["get", "put", "delete", "options", "patch"])
def test_no_route_is_404(gateway: Gateway, method: str) -> None:
    """A path or method without a route never reaches a function."""
    answer = requests.request(method, f"{gateway.url}/elsewhere", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_failing_function_is_500_without_its_words(gateway: Gateway) -> None:
    """What a function raises stays inside."""
    answer = requests.get(f"{gateway.url}/fail", timeout=5)
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_body_is_limited(gateway: Gateway) -> None:
    """More than 10 MB is refused before any function runs."""
    request = Request("POST", "/event", (), body=b"x" * (LARGEST_BODY + 1))
    assert gateway.answer(request).status == 413


def test_function_that_takes_too_long_is_503() -> None:
    """The HTTP API gives up on a function after its limit; the function itself goes on."""
    never: Future[Any] = Future()
    gateway = Gateway(lambda *_: never, now=lambda: 0.0, patience=0.0)
    gateway.serve([Route("GET /slow", "slow")])
    assert gateway.answer(Request("GET", "/slow", ())).status == 503
    assert not never.cancelled()
    gateway.close()
