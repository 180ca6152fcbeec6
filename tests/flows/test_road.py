"""The whole road through the local twin over real HTTP: a person authorizes, the schedule rotates, a workload reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from local.demo.browser import Browser, authorize
from local.netsuite import Integration
from local.netsuite.clock import MovableClock
from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken import NetSuiteSession, TokenReader
from suitetoken.aws.records import client_secret, connection_secret, read_connection, read_token, token_secret
from suitetoken.aws.store import Store
from suitetoken.documents import Client, Connection, TokenDocument, never_authorized
from suitetoken.signing.keys import LINK_KEY, KeyRing
from suitetoken.signing.links import Link, sign_link

HOUR = 3600
QUERY = "SELECT id, acctnumber FROM account"


@dataclass
class Road:
    """A twin, its clock, and what an operator does there."""

    twin: Twin
    clock: MovableClock

    @property
    def store(self) -> Store:
        """The secrets."""
        return Store(self.twin.client("secretsmanager"), self.twin.prefix)

    def add(self, name: str, integration: Integration) -> None:
        """Add a client and a connection of this name."""
        overrides = self.twin.overrides()
        client = Client(NETSUITE_ACCOUNT, integration.client_id, integration.client_secret, overrides)
        connection = Connection(client=name, scope=("restlets", "rest_webservices"))
        problem = never_authorized(name, int(self.clock()))
        self.store.create(client_secret(name), client.to_json(), "client")
        self.store.create(connection_secret(name), connection.to_json(), "connection")
        self.store.create(token_secret(name), TokenDocument(problem=problem).to_json(), "token")

    def make_link(self, name: str) -> str:
        """Return a hosted link as the command line makes it."""
        grant_id = read_connection(self.store, name).document.grant_id
        link = Link(name, grant_id, "tests", int(self.clock()) + HOUR)
        key = KeyRing(self.store, LINK_KEY, self.clock).signing_key()
        return f"{self.twin.public_url}/authorize/{sign_link(link, key)}"

    def authorize(self, name: str) -> str:
        """Let a person open a fresh link and allow; return the heading of the last page."""
        with Browser() as browser:
            page = authorize(browser, self.make_link(name))
        assert page.url.startswith(f"{self.twin.public_url}/result/"), page.html
        return page.heading

    def token(self, name: str) -> TokenDocument:
        """Return what a workload reads."""
        return read_token(self.store, name).document

    def open_workload(self, name: str) -> NetSuiteSession:
        """Return a workload's session, which knows nothing but the connection's name."""
        reader = TokenReader(name, client=self.twin.client("secretsmanager"), now=self.clock)
        return NetSuiteSession(reader)


@pytest.fixture(scope="module")
def road() -> Iterator[Road]:
    """Give a running twin with a movable clock."""
    clock = MovableClock()
    with Twin(now=clock) as twin:
        yield Road(twin, clock)


@pytest.mark.parametrize("name", ["confidential", "public"])
def test_whole_road(road: Road, name: str) -> None:
    """From a link to a rotated token: each step leads to the next, and NetSuite takes every token it gave."""
    road.add(name, getattr(road.twin, name))
    before = road.token(name)
    assert before.token is None
    assert before.problem is not None

    road.authorize(name)
    first = road.token(name).token
    assert first is not None
    assert road.token(name).problem is None
    workload = road.open_workload(name)
    assert len(list(workload.suiteql(QUERY))) > 10

    road.twin.tick()
    assert road.token(name).token == first

    road.clock.advance(first.refresh_at - road.clock() + 1)
    assert road.twin.tick() >= 1
    second = road.token(name).token
    assert second is not None
    assert second.access_token != first.access_token
    assert second.expires_at > first.expires_at
    assert len(list(workload.suiteql(QUERY))) > 10
    assert len(list(road.open_workload(name).suiteql(QUERY))) > 10
    assert road.open_workload(name).restlet(1, 1).status_code == 200

    kinds = [event.kind for event in road.twin.events if event.detail["connection"] == name]
    assert kinds == ["Connection Authorized", "Token Rotated"]


def test_public_client_rotates_again_and_again(road: Road) -> None:
    """Every one-time refresh token leads to the next: a day of rotations uses each exactly once."""
    road.add("chain", road.twin.public)
    road.authorize("chain")
    seen = set()
    for _ in range(8):
        token = road.token("chain").token
        assert token is not None
        seen.add(token.access_token)
        road.clock.advance(token.refresh_at - road.clock() + 1)
        road.twin.tick()
    assert len(seen) == 8
    assert road.token("chain").problem is None
    assert not road.twin.netsuite.audit.details


def test_a_link_dies_once_it_has_been_used(road: Road) -> None:
    """The link that authorized a connection cannot be used again; a new one can, and readers keep their token."""
    road.add("again", road.twin.confidential)
    used = road.make_link("again")
    with Browser() as browser:
        authorize(browser, used)
        assert not browser.open(used).form_target
    token = road.token("again").token
    road.clock.advance(60)
    road.authorize("again")
    newer = road.token("again").token
    assert token is not None
    assert newer is not None
    assert newer.access_token != token.access_token


def test_consent_that_ended_asks_for_a_person(road: Road) -> None:
    """When NetSuite ends the consent, the token document says who must act, and a notice brings a link that works."""
    road.add("ended", road.twin.confidential)
    road.authorize("ended")
    road.clock.advance(8 * 24 * HOUR)
    road.twin.tick()
    document = road.token("ended")
    assert document.problem is not None
    links = [str(event.detail.get("link") or "") for event in road.twin.events if event.detail["connection"] == "ended"]
    assert any(links[-1] in notice for notice in road.twin.notices)
    with Browser() as browser:
        authorize(browser, links[-1])
    assert road.token("ended").problem is None


def test_no_secret_is_printed(road: Road) -> None:
    """No token, refresh token, client secret or signing key is in any function's log, event or notice."""
    road.add("quiet", road.twin.confidential)
    road.authorize("quiet")
    grant = read_connection(road.store, "quiet").document.grant
    token = road.token("quiet").token
    assert grant is not None
    assert token is not None
    key = road.store.read(LINK_KEY).body
    told = road.twin.function_log + repr(road.twin.events) + repr(road.twin.notices)
    for secret in (grant.refresh_token, token.access_token, road.twin.confidential.client_secret or "", key):
        assert secret
        assert secret not in told
