"""Steps of flows that several test files take: a person authorizes, the schedule comes round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from suitetoken.documents import Client
from tests.worlds.small_netsuite import SmallNetSuite
from tests.worlds.world import Clock, MakeWorld, Page, World, make_world
from token_broker.grants.grants import settle

NAME = "finance"


@dataclass
class Road:
    """A world, its NetSuite, and one connection named `finance`."""

    world: World
    netsuite: SmallNetSuite
    client: Client

    def beside(self) -> Road:
        """Return the road as another execution environment walks it, in another browser."""
        return Road(replace(self.world, runtime=self.world.make_runtime(), cookies={}), self.netsuite, self.client)

    @property
    def holds_newest_consent(self) -> bool:
        """Whether the refresh token that counts came from the newest consent; NetSuite takes those before as well."""
        return self.refresh_token in self.netsuite.chains[-1].valid

    def press_button(self, name: str = NAME) -> dict[str, str]:
        """Begin an attempt and consent; returns what NetSuite sends the browser back with."""
        return self.consent(self.world.post(self.world.make_link(name)))

    def consent(self, leaving: Page) -> dict[str, str]:
        """Log in and allow, where the button has led; returns what NetSuite sends the browser back with."""
        state = parse_qs(urlsplit(leaving.location).query)["state"][0]
        code = self.netsuite.consent(self.client.client_id)
        return {"state": state, "role": "1017", "entity": "12", "company": self.client.account_id, "code": code}

    def come_back(self, parameters: dict[str, str]) -> Page:
        """Reach the callback and follow to the page that is shown in the end."""
        page = self.world.get("/oauth/callback", urlencode(parameters))
        return self.world.get(page.location) if page.status == 303 else page

    def authorize(self, name: str = NAME) -> Page:
        """Do all that a person does; where the button leads nowhere, that page is the end."""
        leaving = self.world.post(self.world.make_link(name))
        return self.come_back(self.consent(leaving)) if leaving.status == 303 else leaving

    def pass_time(self, seconds: float, sweep: int = 300) -> None:
        """Let time pass with a sweep every five minutes."""
        for _ in range(int(seconds // sweep)):
            self.world.clock.advance(sweep)
            self.world.rotate(NAME)

    @property
    def make_session(self) -> Callable[[], requests.Session]:
        """Makes sessions whose requests reach this NetSuite."""
        return self.netsuite.make_session

    @property
    def refresh_token(self) -> str:
        """The refresh token that counts now, wherever it is stored."""
        grant = settle(self.world.connection(NAME), self.client).grant
        return grant.refresh_token if grant else ""

    @property
    def serves_good_token(self) -> bool:
        """Whether readers get a token that has not expired."""
        token = self.world.token(NAME).token
        return token is not None and token.expires_at > self.world.clock()


@contextmanager
def make_road(client: Client, make_world: MakeWorld = make_world) -> Iterator[Road]:
    """Give a world with one connection of this client."""
    clock = Clock()
    netsuite = SmallNetSuite(clock)
    with make_world(netsuite.make_session, clock) as world:
        world.add_connection(NAME, client)
        yield Road(world, netsuite, client)


def count_calls(road: Road, operation: str) -> list[dict[str, Any]]:
    """Return a list that fills with the parameters of each such AWS call from now on."""
    calls: list[dict[str, Any]] = []
    events = road.world.store._client.meta.events
    events.register(f"provide-client-params.secrets-manager.{operation}", lambda params, **_: calls.append(params))
    return calls
