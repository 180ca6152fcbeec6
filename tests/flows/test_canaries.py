"""No secret comes out: every flow is run, and every log, page, event, error and repr is searched for what is secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from road import NAME, Road, make_road
from suitetoken.errors import SuiteTokenError
from suitetoken.keys import LINK_KEY, STATE_KEY
from suitetoken.links import Key
from suitetoken.records import client_secret, connection_secret, read_client, token_secret
from token_broker.broker import Broker
from token_samples import CONFIDENTIAL, PUBLIC, make_answer
from world import ORIGIN

FAULTS: list[Exception | tuple[int, str]] = [
    requests.ReadTimeout("read"),
    requests.ConnectionError("reset"),
    (400, '{"error":"invalid_grant"}'),
    (401, '{"error":"invalid_client"}'),
    (500, '{"error":"server_error"}'),
    (429, ""),
    (200, "<html>canary-answer</html>"),
    (200, make_answer(token_type="canary-answer")),
]


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def road(request: pytest.FixtureRequest) -> Iterator[Road]:
    """A connection of either kind."""
    with make_road(request.param) as road:
        yield road


def walk_every_flow(road: Road) -> list[str]:
    """Take every flow, well and badly, and return all pages that a browser was shown."""
    pages: list[str] = []
    world = road.world
    for fault in FAULTS:
        parameters = road.press_button()
        road.netsuite.before = [fault]
        pages += show(road, parameters)
        pages += show(road, {**parameters, "error": "access_denied"})
    for fault in FAULTS:
        pages += show(road, road.press_button())
        world.clock.advance(2401)
        road.netsuite.before = [fault]
        world.rotate(NAME, force=True)
        world.clock.advance(300)
        world.rotate(NAME, force=True)
    pages += show(road, road.press_button())
    for label in (client_secret(NAME), connection_secret(NAME), token_secret(NAME)):
        body = world.store.read(label).body
        world.store.update(label, lambda _, body=body: body[: len(body) // 2])  # type: ignore[misc]
        world.rotate(NAME, force=True)
        pages.append(world.get(world.make_link(NAME) if label != connection_secret(NAME) else "/").body)
        world.store.update(label, lambda _, body=body: body)  # type: ignore[misc]
    world.sweep()
    world.rotate(NAME, action="revoke")
    world.rotate(NAME, action="remove")
    return pages


def show(road: Road, parameters: dict[str, str]) -> list[str]:
    """Come back to the callback and return every page and header on the way."""
    page = road.world.get("/oauth/callback", urlencode(parameters))
    pages = [page.body, str(dict(page.headers))]
    return [*pages, road.world.get(page.location).body] if page.status == 303 else pages


def find_secrets(road: Road) -> set[str]:
    """Return everything of this road that may never be shown."""
    keys = {road.world.store.read(key).body for key in (LINK_KEY, STATE_KEY)}
    cookies = set(road.world.cookies.values())
    own = {road.client.client_secret} if road.client.client_secret else set()
    return keys | cookies | own | road.netsuite.secrets | {"canary-answer"}


def test_no_secret_comes_out_of_any_flow(
    road: Road, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Logs at DEBUG, metrics on stdout, pages, headers, events."""
    sent: list[str] = []
    client = road.world.broker.events._client
    client.meta.events.register("provide-client-params.events.PutEvents", lambda params, **_: sent.append(str(params)))
    with caplog.at_level(logging.DEBUG):
        pages = walk_every_flow(road)
    logs = "".join([*(str(vars(record)) for record in caplog.records), *capsys.readouterr()])
    told = "".join([*pages, *sent, logs])
    assert len(sent) > 5
    assert len(pages) > 30
    shown = [secret for secret in find_secrets(road) if secret in told]
    assert shown == []
    assert not any(f"{key.id}." in logs for key in find_keys(road)), "a link, state or result was logged"


def find_keys(road: Road) -> list[Key]:
    """Return the keys: everything signed begins with the id of one."""
    return [ring.signing_key() for ring in (road.world.broker.link_keys, road.world.broker.state_keys)]


def test_no_secret_is_in_a_repr(road: Road) -> None:
    """Whatever ends up in a traceback with its local variables."""
    road.authorize()
    broker: Broker = road.world.broker
    found: list[Any] = [
        broker,
        road.world.connection(NAME),
        road.world.token(NAME),
        read_client(road.world.store, NAME),
        broker.state_keys.signing_key(),
        road.world.store.read(connection_secret(NAME)),
    ]
    assert not any(secret in repr(found) for secret in find_secrets(road))


@pytest.mark.parametrize("secret", [client_secret, connection_secret, token_secret])
def test_no_secret_is_in_the_error_of_a_damaged_document(road: Road, secret: Any) -> None:
    """The text, the chain of causes, and everything they hold."""
    road.authorize()
    body = json.loads(road.world.store.read(secret(NAME)).body)
    for field in body:
        damaged = {**body, field: [road.netsuite.secrets.copy().pop()]}
        road.world.store.update(secret(NAME), lambda _, damaged=damaged: json.dumps(damaged))  # type: ignore[misc]
        error = catch(road)
        while error is not None:
            assert not any(one in f"{error} {error!r} {error.args}" for one in find_secrets(road))
            error = error.__cause__ or error.__context__


def catch(road: Road) -> BaseException | None:
    """Read every document and return the error, if any."""
    try:
        read_client(road.world.store, NAME)
        road.world.connection(NAME)
        road.world.token(NAME)
    except SuiteTokenError as error:
        return error
    return None


def test_the_authorization_request_carries_no_verifier_and_no_cookie(road: Road) -> None:
    """Only the challenge and the signed state go through the browser's address bar."""
    page = road.world.post(road.world.make_link(NAME))
    assert not any(value in page.location for value in road.world.cookies.values())
    query = parse_qs(urlsplit(page.location).query)
    assert "code_verifier" not in query
    assert query["redirect_uri"] == [f"{ORIGIN}/oauth/callback"]
