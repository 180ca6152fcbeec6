"""Every odd answer that the simulator can give, met at the natural time by a connection of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import requests

from local.netsuite import Integration, Person, Simulator, SimulatorAdapter, create_app, default_world
from local.netsuite.odd_answers import CHANGES, KINDS, REFUSALS
from suitetoken.documents import Client
from tests.memory_aws.world import make_memory_world
from tests.worlds.world import ORIGIN, Clock, World

NAME = "finance"
SWEEPS_OF_SIX_HOURS = 72
ENDING = frozenset({"200-invalid_grant"})
"""Answers that end a grant."""
PASSING = [kind for kind in KINDS if kind not in ENDING]


@dataclass
class Authorized:
    """A world with one connection that a person has authorized at the simulator."""

    world: World
    simulator: Simulator

    def look(self, sweeps: int) -> int:
        """Let sweeps come round; returns at how many of them readers had a good token."""
        good = 0
        for _ in range(sweeps):
            self.world.clock.advance(300)
            self.world.rotate(NAME)
            token = self.world.token(NAME).token
            good += token is not None and token.expires_at > self.world.clock()
        return good

    def count_refreshes(self) -> int:
        """Return how many refresh requests the simulator has looked at."""
        return sum(each.grant_type == "refresh_token" for each in self.simulator.token_requests)


def _authorize(world: World, integration: Integration, browser: requests.Session) -> None:
    world.add_connection(NAME, Client("1234567", integration.client_id, integration.client_secret))
    leaving = world.post(world.make_link(NAME))
    back = urlsplit(Person(browser).consent(leaving.location))
    assert world.get(world.get(back.path, back.query).location).status == 200


@pytest.fixture(params=[False, True], ids=["confidential", "public"])
def authorized(request: pytest.FixtureRequest) -> Iterator[Authorized]:
    """An authorized connection of either kind, over AWS in memory."""
    clock = Clock()
    simulator = default_world(clock)
    integration = simulator.add_integration(
        "1234567",
        name="people",
        redirect_uris=[f"{ORIGIN}/oauth/callback"],
        scopes=["rest_webservices", "restlets"],
        public=request.param,
    )

    def make_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", SimulatorAdapter(create_app(simulator)))
        return session

    with make_memory_world(make_session, clock) as world:
        _authorize(world, integration, make_session())
        yield Authorized(world, simulator)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PASSING)
def test_one_odd_answer_is_noticed_by_no_reader(authorized: Authorized, kind: str) -> None:
    """Good at every look of six hours, refreshed at the usual pace, and no problem is left of it."""
    authorized.simulator.faults.add("token", kind)
    assert authorized.look(SWEEPS_OF_SIX_HOURS) == SWEEPS_OF_SIX_HOURS
    assert authorized.world.connection(NAME).problem is None
    assert 8 <= authorized.count_refreshes() <= 13


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*CHANGES, "byte-order-mark", "201"])
def test_a_server_that_always_answers_so_is_one_to_work_with(authorized: Authorized, kind: str) -> None:
    """Good at every look; of an opaque token without a life ten minutes are believed, and a third is good at least."""
    authorized.simulator.faults.add("token", kind, times=1000)
    good = authorized.look(SWEEPS_OF_SIX_HOURS)
    assert good == SWEEPS_OF_SIX_HOURS or kind == "opaque-token"
    assert good >= SWEEPS_OF_SIX_HOURS // 3
    assert authorized.world.connection(NAME).problem is None


@pytest.mark.parametrize("kind", [each for each in REFUSALS if each not in ENDING | {"408-request_timeout"}])
def test_what_always_refuses_is_asked_for_rarely_and_told(authorized: Authorized, kind: str) -> None:
    """Both documents name the problem; when it ends, readers are served again within forty minutes."""
    authorized.simulator.faults.add("token", kind, times=1000)
    authorized.look(SWEEPS_OF_SIX_HOURS)
    problem = authorized.world.token(NAME).problem
    assert problem is not None
    assert authorized.world.connection(NAME).problem == problem
    authorized.simulator.faults = type(authorized.simulator.faults)()
    authorized.look(8)
    assert authorized.look(1) == 1
    assert authorized.world.token(NAME).problem is None


def test_an_error_in_a_success_ends_the_grant_that_it_names(authorized: Authorized) -> None:
    """It is asked for once, however often the sweeps come round."""
    authorized.simulator.faults.add("token", "200-invalid_grant", times=1000)
    authorized.look(SWEEPS_OF_SIX_HOURS)
    problem = authorized.world.token(NAME).problem
    assert problem is not None
    assert problem.code == "invalid_grant"


def test_such_answers_are_the_token_endpoints_alone(authorized: Authorized) -> None:
    """Elsewhere they have no meaning, and the request for them is refused."""
    with pytest.raises(ValueError, match="faults are"):
        authorized.simulator.faults.add("resource", "opaque-token")
