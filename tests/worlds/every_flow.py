"""Every flow of a person's connection, taken well and badly, and all that may be seen nowhere meanwhile."""

from __future__ import annotations

from urllib.parse import urlencode

import requests

from suitetoken.aws.records import client_secret, connection_secret, token_secret
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from suitetoken.signing.links import Key
from tests.samples.tokens import make_answer
from tests.worlds.steps import NAME, Road

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


def find_keys(road: Road) -> list[Key]:
    """Return the keys: everything signed begins with the id of one."""
    return [ring.signing_key() for ring in (road.world.broker.link_keys, road.world.broker.state_keys)]
