"""The sweep: who is looked at, told by names and version ids alone."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from road import NAME, Road, count_calls
from suitetoken.documents import Problem, TokenDocument
from suitetoken.records import due_at, due_version_id, token_secret, update_connection, update_token
from token_broker.listing import choose_due, find_due
from token_samples import CONFIDENTIAL, NOW, make_access_token
from world import World


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


@given(st.integers(1_000_000_000, 99_999_999_999))
def test_a_version_id_carries_the_time_and_is_never_the_same(refresh_at: int) -> None:
    """32 to 64 characters, as Secrets Manager asks; two versions of one document have different ids."""
    document = TokenDocument(make_access_token(refresh_at=refresh_at))
    one, other = due_version_id(document), due_version_id(document)
    assert one is not None
    assert other is not None
    assert (due_at(one), one != other, 32 <= len(one) <= 64) == (refresh_at, True, True)


@given(st.text(max_size=70) | st.uuids().map(str))
def test_any_other_version_id_says_nothing(text: str) -> None:
    """So its document is looked at."""
    assert due_at(text) == 0


@pytest.mark.parametrize("document", [None, TokenDocument(problem=Problem("x", "y", 0))])
def test_only_a_good_token_has_such_an_id(document: TokenDocument | None) -> None:
    """A problem beside a token is looked at in every sweep as well."""
    assert due_version_id(document) is None
    both = TokenDocument(make_access_token(), Problem("x", "y", 0))
    assert due_version_id(both) is None


NAMES = st.text("abc-_9", min_size=1, max_size=3)
TIMES = st.sampled_from([0, NOW - 1, NOW, NOW + 1])


@given(st.sets(NAMES), st.dictionaries(NAMES, TIMES))
def test_due_is_every_connection_without_a_token_for_later(connections: set[str], tokens: dict[str, int]) -> None:
    """In whatever order AWS lists them; tokens without a connection are left alone."""
    listed = [(f"connection/{name}", str(uuid.uuid4())) for name in connections]
    listed += [(f"token/{name}", f"{at}-{uuid.uuid4().hex}" if at else "") for name, at in tokens.items()]
    found = choose_due(reversed(listed), NOW)
    assert found.connections == len(connections)
    assert set(found.due) == {name for name in connections if not tokens.get(name, 0) > NOW}
