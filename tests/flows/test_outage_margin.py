"""How long NetSuite may be down before the first reader notices, and what its return is like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from urllib3.exceptions import NewConnectionError

from road import NAME, Road, make_road
from suitetoken.documents import Client
from token_samples import CONFIDENTIAL, PUBLIC

SWEEP = 300
DOWN = requests.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
MARGINS = {"confidential": (CONFIDENTIAL, 25), "public": (PUBLIC, 15)}
"""Minutes that docs/operations.md promises for a token of 60 minutes."""
CONNECTIONS = 6


@contextmanager
def down_from(client: Client, second: int) -> Iterator[Road]:
    """Give a road whose NetSuite goes down so many seconds after the token was made."""
    with make_road(client) as road:
        road.authorize()
        began = road.world.clock()
        while road.world.clock() + SWEEP < began + second:
            road.pass_time(SWEEP)
        road.world.clock.now = began + second
        road.netsuite.before = [DOWN] * 100
        yield road


@pytest.mark.parametrize("kind", MARGINS)
def test_an_outage_is_not_noticed_for_as_long_as_promised(kind: str) -> None:
    """At whatever moment of a token's life NetSuite goes down."""
    client, promised = MARGINS[kind]
    margins = []
    for second in range(60, 3600, 420):
        with down_from(client, second) as road:
            began = road.world.clock()
            while road.serves_good_token:
                road.pass_time(SWEEP)
            token = road.world.token(NAME).token
            assert token is not None
            margins.append((token.expires_at - began) / 60)
    assert promised <= min(margins) < 60


@pytest.mark.parametrize("client", [CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def test_after_an_outage_each_connection_asks_netsuite_once(client: Client) -> None:
    """All are fresh within a few sweeps, and nobody asks twice."""
    names = [f"connection-{number}" for number in range(CONNECTIONS)]
    with make_road(client) as road:
        for name in names:
            road.world.add_connection(name, client)
            road.authorize(name)
        road.netsuite.before = [DOWN] * 10_000
        for _ in range(16):
            road.world.clock.advance(SWEEP)
            for name in names:
                road.world.rotate(name)
        road.netsuite.before.clear()
        asked = len(road.netsuite.requests)
        for _ in range(5):
            road.world.clock.advance(SWEEP)
            for name in names:
                road.world.rotate(name)
        assert all(road.world.token(name).token.expires_at > road.world.clock() for name in names)  # type: ignore[union-attr]
        assert len(road.netsuite.requests) - asked == CONNECTIONS
