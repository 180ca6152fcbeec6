"""The sweep: who is looked at, told by names and version ids alone."""

from __future__ import annotations

import uuid
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from suitetoken.aws.marks import Mark
from suitetoken.aws.records import token_secret, update_connection, update_token
from suitetoken.documents import Problem, TokenDocument
from tests.samples.tokens import CONFIDENTIAL, NOW
from tests.worlds.steps import NAME, Road, count_calls
from tests.worlds.world import World
from token_broker.rotation.listing import choose_due, find_due


def asked(world: World) -> list[str]:
    """Return for which connections a sweep asks now."""
    return list(find_due(world.store, world.clock()).due)


def test_a_fresh_token_is_not_asked_for(road: Road) -> None:
    """Nor read; it is when its time has come, and not a sweep later."""
    assert asked(road.world) == []
    token = road.world.token(NAME).token
    assert token is not None
    road.world.clock.now = token.refresh_at - 1
    assert asked(road.world) == []
    road.world.clock.advance(1)
    assert asked(road.world) == [NAME]


def test_a_sweep_reads_no_secret(road: Road) -> None:
    """However many are due: the list has all it needs."""
    reads = count_calls(road, "GetSecretValue")
    road.world.sweep()
    road.world.clock.advance(3000)
    road.world.sweep()
    assert reads == []


def test_what_has_no_good_token_is_always_asked_for(road: Road) -> None:
    """Never authorized, a problem, a damaged document, none at all, and what somebody else wrote."""
    world = road.world
    world.add_connection("new", CONFIDENTIAL)
    assert asked(world) == ["new"]
    problem = Problem("invalid_grant", "x", NOW)
    update_token(world.store, NAME, lambda document: replace(document or TokenDocument(), problem=problem))
    assert asked(world) == [NAME, "new"]
    world.store.update(token_secret("new"), lambda _: "{")
    assert asked(world) == [NAME, "new"]
    world.store.delete(token_secret("new"))
    assert asked(world) == [NAME, "new"]


def test_a_token_by_an_older_version_of_suitetoken_is_asked_for(road: Road) -> None:
    """Its version id says nothing, so the token document itself is read as before."""
    world = road.world
    world.store.update(token_secret(NAME), lambda version: version.body + " ")
    assert asked(world) == [NAME]


def test_an_operator_s_change_of_the_connection_is_no_reason(road: Road) -> None:
    """Nothing about the token has changed."""
    update_connection(road.world.store, NAME, lambda connection: replace(connection, others={"team": "x"}))
    assert asked(road.world) == []


NAMES = st.text("abc-_9", min_size=1, max_size=3)
MARKS = st.sampled_from([None, *(Mark(at, grant) for at in (NOW - 1, NOW, NOW + 1) for grant in ("0" * 8, "1" * 8))])


def write_id(mark: Mark | None) -> str:
    """Return a version id that says so, or nothing."""
    return f"{mark.look_at}-{mark.grant}{uuid.uuid4().hex[:24]}" if mark else str(uuid.uuid4())


@given(st.dictionaries(NAMES, MARKS), st.dictionaries(NAMES, MARKS))
def test_a_connection_is_looked_at_unless_both_ids_say_later(
    connections: dict[str, Mark | None], tokens: dict[str, Mark | None]
) -> None:
    """In whatever order AWS lists them; tokens without a connection are left alone."""
    listed = [(f"connection/{name}", write_id(mark)) for name, mark in connections.items()]
    listed += [(f"token/{name}", write_id(mark)) for name, mark in tokens.items()]
    found = choose_due(reversed(listed), NOW)
    assert found.connections == len(connections)
    later = {name for name, mark in tokens.items() if mark and mark.look_at > NOW}
    wanted = {name for name, mark in connections.items() if mark and (mark.look_at <= NOW or mark != tokens.get(name))}
    assert set(found.due) == {name for name in connections if name not in later or name in wanted}
