"""No secret comes out: every flow is run, and every log, page, event, error and repr is searched for what is secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from suitetoken.aws.records import client_secret, connection_secret, read_client, token_secret
from suitetoken.errors import SuiteTokenError
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.worlds.every_flow import find_keys, find_secrets, walk_every_flow
from tests.worlds.steps import NAME, Road, make_road
from tests.worlds.world import ORIGIN
from token_broker.context.broker import Broker


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def road(request: pytest.FixtureRequest) -> Iterator[Road]:
    """A connection of either kind."""
    with make_road(request.param) as road:
        yield road


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
