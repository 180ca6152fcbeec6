"""Readings of Secrets Manager that are behind our own writes, as AWS says that they may be (eventual consistency).

The lag is that of labels: GetSecretValue and DescribeSecret show who carried them a while ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle
from random import Random

import pytest

from suitetoken.documents import Client
from tests.memory_aws.world import make_memory_world
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.worlds.steps import NAME, Road, make_road

LAGS: dict[str, Callable[[], Callable[[], float]]] = {
    "0.1 s": lambda: lambda: 0.1,
    "1 s": lambda: lambda: 1.0,
    "5 s": lambda: lambda: 5.0,
    "60 s": lambda: lambda: 60.0,
    "alternating": lambda: partial(next, cycle((0.0, 5.0))),
    "at random": lambda: partial(Random(7).choice, (0.0, 0.1, 5.0, 60.0)),  # noqa: S311 - no secret
}


@contextmanager
def _behind(client: Client, lag: str) -> Iterator[Road]:
    with make_road(client, partial(make_memory_world, reading_lag=LAGS[lag]())) as road:
        road.world.clock.advance(300)
        runtime = road.world.runtime
        road.world.runtime = replace(runtime, broker=replace(runtime.broker, sleep=road.world.clock.advance))
        yield road


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def client(request: pytest.FixtureRequest) -> Client:
    """Either kind of client."""
    chosen: Client = request.param
    return chosen


@pytest.mark.parametrize("lag", LAGS)
def test_who_consents_alone_is_told_so_and_served(client: Client, lag: str) -> None:
    """The very first consent: the page says Authorized, and readers have the token once their readings show it."""
    with _behind(client, lag) as road:
        assert road.authorize().status == 200
        road.world.clock.advance(61)
        assert road.serves_good_token
        assert road.world.connection(NAME).problem is None
        assert road.holds_newest_consent


@pytest.mark.parametrize("lag", LAGS)
def test_what_was_ordered_to_end_right_after_a_consent_ends(client: Client, lag: str) -> None:
    """The order outlives readings that do not show the consent yet; nothing comes back in three more sweeps."""
    with _behind(client, lag) as road:
        assert road.authorize().status == 200
        failed = road.world.rotate(NAME, action="revoke")["batchItemFailures"]
        road.world.clock.advance(600)
        if failed:  # the queue gives it again
            assert road.world.rotate(NAME, action="revoke")["batchItemFailures"] == []
        road.pass_time(900)
        assert road.world.token(NAME).token is None
        assert road.world.connection(NAME).grant is None
        assert not road.netsuite.chains[-1].valid


@pytest.mark.parametrize("lag", LAGS)
def test_hours_of_readings_that_are_behind_are_noticed_by_no_reader(client: Client, lag: str) -> None:
    """Every sweep finds a good token."""
    with _behind(client, lag) as road:
        assert road.authorize().status == 200
        road.world.clock.advance(61)
        for _ in range(48):
            road.pass_time(300)
            assert road.serves_good_token
        assert road.world.connection(NAME).problem is None
