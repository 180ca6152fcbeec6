"""Steps of an attempt whose NetSuite must not be asked: begin it, come back with any parameters."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from suitetoken.aws.records import update_connection
from tests.samples.tokens import CONFIDENTIAL, make_grant
from tests.worlds.world import Page, World


@pytest.fixture
def finance(world: World) -> World:
    """The world with one connection that nobody has authorized."""
    world.add_connection("finance", CONFIDENTIAL)
    return world


def give_grant(world: World) -> None:
    """Let somebody else's authorization be stored meanwhile."""
    update_connection(world.store, "finance", lambda connection: replace(connection, grant=make_grant()))


def begin(world: World) -> dict[str, str]:
    """Begin an attempt and return the parameters that NetSuite would answer with."""
    page = world.post(world.make_link("finance"))
    state = parse_qs(urlsplit(page.location).query)["state"][0]
    return {"state": state, "role": "1017", "entity": "12", "company": "1234567_SB1", "code": "c" * 64}


def come_back(world: World, **changes: str | None) -> tuple[int, str]:
    """Come back from NetSuite with these parameters and follow to the page that is shown in the end."""
    parameters = {name: value for name, value in {**begin(world), **changes}.items() if value is not None}
    page = land(world, urlencode(parameters))
    return page.status, page.body


def land(world: World, query: str) -> Page:
    """Reach the callback and return the page that is shown in the end."""
    page = world.get("/oauth/callback", query)
    return world.get(page.location) if page.status == 303 else page
