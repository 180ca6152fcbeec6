"""Who is told of a problem, and what must not be told: a word about a reading that is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from suitetoken.aws.records import client_secret, read_client, update_token
from suitetoken.documents import Problem, TokenDocument
from suitetoken.netsuite.machine import CLIENT_CREDENTIALS
from tests.memory_aws.world import bus_of, make_memory_world, told
from tests.samples.tokens import CONFIDENTIAL, PUBLIC, make_connection, make_grant
from tests.worlds.steps import NAME, Road
from token_broker.problems.recording import find_reach, record_problem

REFUSED = (401, '{"error":"invalid_client"}')


def fail(road: Road) -> Problem:
    """Let NetSuite refuse the client when the next refresh is due, and again; returns the problem."""
    road.world.clock.advance(2401)
    road.netsuite.before = [REFUSED] * 2
    road.world.rotate(NAME)
    road.pass_time(300)
    problem = road.world.connection(NAME).problem
    assert problem is not None
    return problem


def get_token_problem(road: Road) -> Problem | None:
    """Return the problem that readers see."""
    return road.world.token(NAME).problem


@pytest.mark.parametrize("part", ["grant", "answer"])
def test_a_problem_of_a_reading_that_is_over_is_nobodys(quick: Road, part: str) -> None:
    """A refresh token that has been replaced, saved as a grant's or as an answer: neither readers nor people hear."""
    now = quick.world.connection(NAME)
    grant: Any = now.grant
    over = replace(now, grant=replace(grant, refresh_token="spent")) if part == "grant" else replace(now, answer=grant)
    events = len(bus_of(quick.world).taken)
    lost = Problem("ambiguous", "The answer never arrived.", int(quick.world.clock()))
    assert record_problem(quick.world.broker, NAME, lost, over) is False
    assert (quick.world.connection(NAME), get_token_problem(quick)) == (now, None)
    assert len(bus_of(quick.world).taken) == events


def test_readers_hear_of_a_problem_that_only_the_connection_knows(quick: Road) -> None:
    """A process died between the two documents: the next sweep says to readers what is known, and since when."""
    problem = fail(quick)
    update_token(quick.world.store, NAME, lambda now: replace(now, problem=None) if now else None)
    quick.pass_time(300)
    assert get_token_problem(quick) == replace(problem, untold=False)
    assert len(told(quick.world, "Rotation Failed")) == 1


def test_a_problem_that_is_over_when_people_have_been_told_does_not_come_back(quick: Road) -> None:
    """Somebody authorizes while the event is on its way."""
    bus_of(quick.world).meanwhile = [quick.authorize]
    quick.world.clock.advance(2401)
    quick.netsuite.before = [REFUSED] * 2
    quick.world.rotate(NAME)
    quick.pass_time(300)
    assert (quick.world.connection(NAME).problem, get_token_problem(quick)) == (None, None)


def test_a_link_is_sent_where_a_person_must_consent_again(quick: Road) -> None:
    """And nowhere else: whoever reads the events could use it."""
    fail(quick)
    (refused,) = told(quick.world, "Rotation Failed")
    assert (refused["problem"], refused.get("link")) == ("invalid_client", None)
    quick.netsuite.chains[-1].valid.clear()
    quick.world.rotate(NAME, force=True)
    (call,) = told(quick.world, "Authorization Required")
    assert call["link"].startswith("https://")


def test_a_problem_that_stands_is_as_old_for_readers_as_it_is(quick: Road) -> None:
    """It is found anew at every sweep, and told with the time it was found first."""
    other = replace(read_client(quick.world.store, NAME), client_id="b" * 64)
    quick.world.store.update(client_secret(NAME), lambda _: other.to_json())
    quick.world.clock.advance(2401)
    quick.world.rotate(NAME)
    problem = get_token_problem(quick)
    assert problem is not None
    assert (problem.code, problem.since) == ("client_changed", int(quick.world.clock()))
    update_token(quick.world.store, NAME, lambda now: replace(now, problem=None) if now else None)
    quick.pass_time(300)
    assert get_token_problem(quick) == problem


@pytest.mark.parametrize("client", [CONFIDENTIAL, PUBLIC])
def test_nobody_is_called_about_a_connection_that_was_never_authorized(client: Any) -> None:
    """Whoever added it knows; readers are told what to do, even where their document was removed."""
    with make_memory_world(requests.Session) as world:
        world.add_connection(NAME, client)
        update_token(world.store, NAME, lambda _: TokenDocument())
        world.rotate(NAME)
        problem = world.token(NAME).problem
        assert problem is not None
        assert (problem.code, bus_of(world).taken) == ("not_authorized", [])


def test_how_far_a_word_about_a_connection_reaches() -> None:
    """To the tokens of its own grant or certificate; a machine's that has not worked yet, to all until now."""
    nobody, grant = make_connection(), make_grant()
    later = grant.authorized_at + 50
    assert find_reach(replace(nobody, grant=grant), later) == grant.authorized_at
    assert find_reach(nobody, later) == 0
    assert find_reach(replace(nobody, grant_type=CLIENT_CREDENTIALS), later) == later
