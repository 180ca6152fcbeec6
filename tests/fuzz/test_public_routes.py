"""Anything at all at the public routes: never an error of ours, never markup of theirs, never a secret."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from road import NAME, Road, make_road
from suitetoken.records import client_secret, connection_secret, token_secret
from token_broker import web
from token_samples import CONFIDENTIAL, PUBLIC, make_answer
from world import LambdaContext

MARKUP = "<script>alert(1)</script>"
TEXT = st.one_of(
    st.text(max_size=60), st.sampled_from([MARKUP, "%00", "../..", "a" * 5000, "é", "\r\nSet-Cookie: x=1"])
)
NAMES = st.sampled_from(["state", "code", "error", "role", "entity", "company", "lang", "x"])
QUERY = st.one_of(TEXT, st.lists(st.tuples(NAMES, TEXT), max_size=6).map(lambda p: "&".join(map("=".join, p))))
PATHS = st.one_of(
    st.builds("/authorize/{}".format, TEXT),
    st.builds("/result/{}".format, TEXT),
    st.sampled_from(["/oauth/callback", "/health", "/"]),
    TEXT.map("/{}".format),
)
HEADERS = st.dictionaries(
    st.sampled_from(["origin", "sec-fetch-site", "accept-language", "sec-purpose", "purpose", "content-type", "host"]),
    TEXT,
    max_size=4,
)
KNOWN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def authorized_road() -> Iterator[Road]:
    """Give an authorized connection."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        yield road


@pytest.fixture
def road() -> Iterator[Road]:
    """An authorized connection."""
    with authorized_road() as road:
        yield road


def secrets_of(road: Road) -> set[str]:
    """Return every secret that this world holds."""
    grant = road.world.connection(NAME).grant
    assert grant is not None
    keys = {key.secret for ring in (road.world.broker.link_keys, road.world.broker.state_keys) for key in ring._keys}
    return {grant.refresh_token, "client-secret-canary", *road.netsuite.secrets, *keys}


def request(
    method: str, path: str, query: str, headers: dict[str, str], cookies: list[str], body: str
) -> dict[str, Any]:
    """Return the event of a request, as odd as API Gateway would pass it on."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "cookies": cookies,
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "body": body,
        "isBase64Encoded": False,
    }


@KNOWN
@given(st.sampled_from(["GET", "POST", "PUT", "HEAD"]), PATHS, QUERY, HEADERS, st.lists(TEXT, max_size=3), TEXT)
def test_no_request_makes_us_fail(
    road: Road, method: str, path: str, query: str, headers: dict[str, str], cookies: list[str], body: str
) -> None:
    """No server error, no echo, no secret; and NetSuite is never asked."""
    asked = len(road.netsuite.requests)
    event = request(method, path, query, headers, cookies, body)
    answer = web.make_handler(road.world.runtime)(event, LambdaContext("web"))  # type: ignore[arg-type]
    shown = str(answer.get("body") or "")
    assert answer["statusCode"] < 500
    assert MARKUP not in shown
    assert not any(secret in str(answer) for secret in secrets_of(road))
    assert "\n" not in "".join(map(str, answer["headers"].values()))
    assert len(road.netsuite.requests) == asked


@KNOWN
@given(st.dictionaries(st.sampled_from(["role", "entity", "company", "error", "code", "x"]), TEXT, max_size=5))
def test_no_parameter_beside_a_good_state_makes_us_fail(road: Road, parameters: dict[str, str]) -> None:
    """Whatever comes along with a state of ours."""
    good = road.press_button()
    page = road.come_back(good | parameters)
    assert page.status < 500 or page.status == 502  # NetSuite does not know the code that was made up
    assert MARKUP not in page.body
    assert html.escape(MARKUP) not in page.body


ANSWERS = st.one_of(
    st.text(max_size=200),
    st.dictionaries(
        st.sampled_from(["access_token", "refresh_token", "expires_in", "token_type", "scope"]),
        st.one_of(
            st.none(), st.text(max_size=20), st.integers(), st.floats(), st.lists(st.text(max_size=3)), st.booleans()
        ),
    ).map(lambda fields: make_answer(**fields)),
)


@settings(max_examples=10)
@given(st.sampled_from([200, 200, 200, 201, 302, 400, 401, 404, 429, 500, 503]), ANSWERS)
def test_no_answer_of_the_token_endpoint_stops_a_connection_for_good(status: int, answer: str) -> None:
    """Something odd once; then a person authorizes, and all is well."""
    with make_road(PUBLIC) as road:
        road.authorize()
        road.world.clock.advance(2401)
        road.netsuite.before = [(status, answer)]
        assert road.world.rotate(NAME) == {"batchItemFailures": []}
        road.world.clock.advance(300)
        assert road.world.rotate(NAME) == {"batchItemFailures": []}
        road.authorize()
        assert road.serves_good_token


@settings(max_examples=10)
@given(st.sampled_from([client_secret(NAME), connection_secret(NAME), token_secret(NAME)]), st.data())
def test_no_stored_document_makes_us_fail_or_show_it(secret: str, data: st.DataObject) -> None:
    """A document that somebody has damaged is told as that: no crash, and nothing of it on a page."""
    with authorized_road() as road:
        link, whole = road.world.make_link(NAME), road.world.store.read(secret).body
        cut = data.draw(st.integers(0, len(whole)))
        body = whole[:cut] + data.draw(st.sampled_from(["", "\x00", '"', "}", "{}", "9", MARKUP]))
        road.world.store.update(secret, lambda _: body + " ")
        road.world.clock.advance(2401)
        assert road.world.rotate(NAME) == {"batchItemFailures": []}
        page = road.world.get(link)
        assert MARKUP not in page.body
        assert not any(canary in page.body for canary in road.netsuite.secrets)
