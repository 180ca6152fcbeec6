"""Every instant at which the broker can die: before and after each side effect of every flow.

After each death the system runs on by itself: two sweeps, nobody helps. Then the grant must still be good at NetSuite,
readers must have a token that has not expired, and nothing may be left half-done. The instants at which that cannot
be, because NetSuite has spent what it was sent and its answer is gone, are named here one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from kill import Executioner, Killed, When, watch
from road import NAME, Road, make_road
from suitetoken.documents import Client
from suitetoken.records import connection_secret, token_secret
from token_broker.one_time import HOLD_SECONDS
from token_samples import CONFIDENTIAL, PUBLIC

CLIENTS = {"confidential": CONFIDENTIAL, "public": PUBLIC}


def rotate_when_due(road: Road) -> None:
    """The sweep finds a token past half of its life."""
    road.world.clock.advance(2401)
    road.world.rotate(NAME)


def authorize_again(road: Road) -> None:
    """A person renews the consent before it ends."""
    road.world.clock.advance(60)
    road.authorize()


def revoke(road: Road) -> None:
    """An operator revokes."""
    road.world.rotate(NAME, action="revoke")


def remove(road: Road) -> None:
    """An operator removes."""
    road.world.rotate(NAME, action="remove")


@contextmanager
def authorized(client: Client, days: int = 0) -> Iterator[Road]:
    """Give a road whose connection was authorized so many days ago."""
    with make_road(client) as road:
        road.authorize()
        if days:
            road.world.clock.advance(days * 86_400)
            road.world.rotate(NAME)
        yield road


def count_effects(client: Client, act: Callable[[Road], None], days: int = 0) -> list[str]:
    """Run the flow once unharmed and return its side effects in order."""
    with authorized(client, days) as road:
        executioner = Executioner()
        act(watched(road, executioner))
        return executioner.effects


def watched(road: Road, executioner: Executioner) -> Road:
    """Return the road as the process sees it that will be killed."""
    return Road(watch(road.world, road.netsuite.make_session, executioner), road.netsuite, road.client)


def each_death(effects: list[str]) -> Iterator[tuple[int, When]]:
    """Yield every instant."""
    for index in range(len(effects)):
        yield index, When.BEFORE
        yield index, When.AFTER


def is_the_window(client: Client, effect: str, when: When) -> bool:
    """Whether NetSuite has spent a one-time refresh token and its answer went down with the process unsaved."""
    spent_unsaved = (effect == "token request" and when is When.AFTER) or (
        effect.endswith("ANSWERED)") and when is When.BEFORE
    )
    return client.is_public and spent_unsaved


def run_on(road: Road) -> None:
    """Let two sweeps come round."""
    for _ in range(2):
        road.world.clock.advance(300)
        road.world.rotate(NAME)


def assert_whole(road: Road) -> None:
    """The grant is good at NetSuite, readers are served, nobody needs to act."""
    assert road.netsuite.accepts(road.refresh_token)
    assert road.serves_good_token
    assert road.world.token(NAME).problem is None
    assert road.world.connection(NAME).problem is None
    token, grant = road.world.token(NAME).token, road.world.connection(NAME).grant
    assert token is not None
    assert grant is not None
    assert token.grant_id == grant.id


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize("days", [0, 5], ids=["plain", "with a reminder"])
def test_a_rotation_survives_every_death(kind: str, days: int) -> None:
    """At each instant: the grant is kept and a good token served, but for the one window, which is told."""
    client = CLIENTS[kind]
    effects = count_effects(client, rotate_when_due, days)
    assert "token request" in effects
    for index, when in each_death(effects):
        with authorized(client, days) as road:
            with suppress(Killed):
                rotate_when_due(watched(road, Executioner(index, when)))
            assert road.serves_good_token, (effects[index], when)
            run_on(road)
            if is_the_window(client, effects[index], when):
                assert road.serves_good_token
                problem = road.world.token(NAME).problem
                assert problem is not None
                assert problem.code == "ambiguous"
                assert road.authorize().status == 200
            assert_whole(road)


@pytest.mark.parametrize("kind", CLIENTS)
def test_an_authorization_survives_every_death(kind: str) -> None:
    """Readers are never interrupted; the consent counts, or the person is free to give it again."""
    client = CLIENTS[kind]
    effects = count_effects(client, authorize_again)
    for index, when in each_death(effects):
        with authorized(client) as road:
            with suppress(Killed):
                authorize_again(watched(road, Executioner(index, when)))
            assert road.serves_good_token, (effects[index], when)
            road.world.clock.advance(2401)
            road.world.rotate(NAME)
            run_on(road)
            assert_whole(road)
            assert road.authorize().status == 200
            assert_whole(road)


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_first_authorization_that_was_answered_is_never_lost(kind: str) -> None:
    """From the moment its answer is saved, the next sweep finishes it without the person."""
    client = CLIENTS[kind]
    with make_road(client) as road:
        executioner = Executioner()
        assert watched(road, executioner).authorize().status == 200
        effects = executioner.effects
    saved = next(index for index, effect in enumerate(effects) if "EXCHANGED" in effect)
    for index, when in each_death(effects):
        with make_road(client) as road:
            with suppress(Killed):
                watched(road, Executioner(index, when)).authorize()
            run_on(road)
            if index > saved or (index == saved and when is When.AFTER):
                assert_whole(road)
            else:
                assert road.authorize().status == 200
                assert_whole(road)


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_revocation_survives_every_death(kind: str) -> None:
    """Asked for again it ends as if nothing had happened, and never in a token that NetSuite has revoked for good."""
    client = CLIENTS[kind]
    effects = count_effects(client, revoke)
    for index, when in each_death(effects):
        with authorized(client) as road:
            with suppress(Killed):
                revoke(watched(road, Executioner(index, when)))
            revoke(road)
            assert road.world.connection(NAME).grant is None, (effects[index], when)
            assert road.world.token(NAME).token is None, (effects[index], when)
            assert road.authorize().status == 200
            assert_whole(road)


def test_a_removal_survives_every_death() -> None:
    """Asked for again it ends with both secrets scheduled for deletion."""
    effects = count_effects(CONFIDENTIAL, remove)
    for index, when in each_death(effects):
        with authorized(CONFIDENTIAL) as road:
            with suppress(Killed):
                remove(watched(road, Executioner(index, when)))
            remove(road)
            assert not road.world.store.exists(connection_secret(NAME)), (effects[index], when)
            assert not road.world.store.exists(token_secret(NAME)), (effects[index], when)


def test_the_window_is_told_within_one_sweep() -> None:
    """The presented token is tried once more as soon as no other worker can hold its answer."""
    assert HOLD_SECONDS < 300
