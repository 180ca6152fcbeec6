"""The callback once it is known to be ours: one claim, one exchange, one grant."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from suitetoken.aws.records import connection_secret, update_connection
from tests.samples.tokens import CONFIDENTIAL, PUBLIC, make_access_jwt, make_answer
from tests.worlds.small_netsuite import LOST, NEVER_SENT
from tests.worlds.steps import NAME, Road, make_road
from tests.worlds.stored_versions import fill_with_versions
from token_broker.authorization.exchange import EXCHANGED
from token_broker.saving.versions import MOST_BEFORE_ATTEMPT


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def road(request: pytest.FixtureRequest) -> Iterator[Road]:
    """A connection of either kind that nobody has authorized."""
    with make_road(request.param) as road:
        yield road


@pytest.fixture
def plain() -> Iterator[Road]:
    """A connection of a confidential client."""
    with make_road(CONFIDENTIAL) as road:
        yield road


def test_an_authorization_stores_the_grant_and_publishes_the_token(road: Road) -> None:
    """And shows who authorized, as which role, until when."""
    page = road.authorize()
    grant, token = road.world.connection(NAME).grant, road.world.token(NAME)
    assert grant is not None
    assert token.token is not None
    assert token.problem is None
    assert (token.token.grant_id, token.token.role, token.token.account_id) == (grant.id, "1017", "1234567_SB1")
    assert (page.status, "1017" in page.body, "22 January 2027" in page.body) == (200, True, True)


def test_cookies_that_come_in_the_header_are_read(plain: Road) -> None:
    """HTTP APIs take them out of the headers into a list; function URLs, load balancers and emulators need not."""
    query = urlencode(plain.press_button())
    header = "; ".join(f"{name}={value}" for name, value in plain.world.cookies.items())
    plain.world.cookies.clear()
    page = plain.world.get("/oauth/callback", query, cookie=header)
    assert plain.world.get(page.location).status == 200
    assert plain.world.token(NAME).token is not None


def test_the_first_grant_pins_role_and_entity(road: Road) -> None:
    """Consent by another user or role later is refused until an operator changes the pins."""
    road.authorize()
    connection = road.world.connection(NAME)
    assert (connection.role, connection.entity) == ("1017", "12")


def test_the_same_callback_twice_exchanges_the_code_once(road: Road) -> None:
    """A reload, a double click, a browser that fetches again: told kindly, nothing done twice."""
    parameters = road.press_button()
    first, second = road.come_back(parameters), road.come_back(parameters)
    assert (first.status, second.status, "Already authorized" in second.body) == (200, 200, True)
    assert road.netsuite.requests == ["authorization_code"]


@pytest.mark.slow
def test_fifty_callbacks_at_once_exchange_the_code_once(plain: Road) -> None:
    """Whichever wins, the others are told, and no grant is lost."""
    parameters = plain.press_button()
    query = urlencode(parameters)
    locations: list[str] = []

    def come_back() -> None:
        visitor = replace(plain.world, runtime=plain.world.make_runtime(), cookies=dict(plain.world.cookies))
        locations.append(visitor.get("/oauth/callback", query).location)

    threads = [threading.Thread(target=come_back) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(plain.world.get(location).status for location in locations)
    assert plain.netsuite.requests == ["authorization_code"]
    assert len(statuses) == 50
    assert set(statuses) <= {200, 409, 503}
    assert statuses[0] == 200
    assert plain.serves_good_token


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (NEVER_SENT, 503),
        (LOST, 502),
        ((429, ""), 503),
        ((503, "<html>"), 503),
        ((500, '{"error":"server_error"}'), 502),
        ((400, '{"error":"invalid_grant"}'), 502),
        ((401, '{"error":"invalid_client"}'), 502),
        ((400, '{"error":"invalid_request"}'), 502),
        ((200, "<html>login</html>"), 502),
        ((200, ""), 502),
        ((200, make_answer(token_type="mac")), 502),
        ((200, make_answer(expires_in=None, access_token=None)), 502),
        ((200, make_answer(refresh_token=None)), 502),
        ((200, make_answer(access_token=make_access_jwt(scope=["restlets"]))), 403),
        ((200, make_answer(access_token=make_access_jwt(aud=["APP;7654321"]))), 403),
    ],
)
def test_a_failed_exchange_stores_nothing_and_is_never_repeated(
    road: Road, fault: Exception | tuple[int, str], status: int
) -> None:
    """The page has a fitting status; the same state is told that it failed; a fresh attempt works."""
    parameters = road.press_button()
    road.netsuite.before = [fault]
    assert road.come_back(parameters).status == status
    assert road.world.connection(NAME).grant is None
    assert road.world.token(NAME).token is None
    assert road.come_back(parameters).status == 409
    assert len(road.netsuite.requests) == 1
    assert road.authorize().status == 200


def test_another_role_than_pinned_changes_nothing(road: Road) -> None:
    """The grant before stays as it was."""
    road.authorize()
    update_connection(road.world.store, NAME, lambda connection: replace(connection, role="1000"))
    before, token = road.world.connection(NAME).grant, road.world.token(NAME)
    road.world.clock.advance(5)
    page = road.authorize()
    assert (page.status, "another role" in page.body) == (403, True)
    assert road.world.connection(NAME).grant == before
    assert road.world.token(NAME) == token


def test_a_state_from_before_a_later_authorization_is_refused(road: Road) -> None:
    """Two tabs: the second one finished first."""
    slow = road.press_button()
    assert road.authorize().status == 200
    page = road.come_back(slow)
    assert (page.status, "newer authorization" in page.body) == (409, True)
    assert road.netsuite.requests == ["authorization_code"]


def test_the_answer_is_durable_before_anybody_parses_it(road: Road) -> None:
    """Even one that turns out to be unreadable, under a label that no rotation moves."""
    parameters = road.press_button()
    road.netsuite.before = [(200, "<html>proxy</html>")]
    road.come_back(parameters)
    saved = road.world.store.find(connection_secret(NAME), EXCHANGED)
    assert saved is not None
    assert json.loads(saved.body)["raw"] == "<html>proxy</html>"


def test_an_attempt_is_taken_while_rotations_keep_their_room(road: Road) -> None:
    """With one version more within a day it would be refused."""
    parameters = road.press_button()
    fill_with_versions(road.world, NAME, MOST_BEFORE_ATTEMPT)
    assert road.come_back(parameters).status == 200
    assert road.serves_good_token


def test_a_living_grant_s_rotations_of_the_next_day_count_before_an_attempt_is_taken(road: Road) -> None:
    """A public client's make two versions each; a confidential client's none."""
    assert road.authorize().status == 200
    fill_with_versions(road.world, NAME, 30)
    assert road.authorize().status == (429 if road.client.is_public else 200)
    assert road.serves_good_token


def test_where_no_grant_lives_attempts_have_the_room_of_rotations(public: Road) -> None:
    """There is nothing to lose, and a person is needed."""
    public.authorize()
    for chain in public.netsuite.chains:
        chain.valid.clear()
    public.pass_time(3600)
    assert not public.serves_good_token
    fill_with_versions(public.world, NAME, MOST_BEFORE_ATTEMPT)
    assert public.authorize().status == 200
    assert public.serves_good_token


def test_what_aws_does_not_take_at_once_is_finished_by_a_rotation(road: Road) -> None:
    """The person need not do it again: the answer is saved, and a rotation is asked for."""
    parameters = road.press_button()
    faults = [ClientError({"Error": {"Code": "ThrottlingException"}}, "PutSecretValue")] * 8

    def throttle_grants(params: dict[str, Any], **_: Any) -> None:
        if faults and "AWSPENDING" in params["VersionStages"] and road.netsuite.requests:
            raise faults.pop()

    events = road.world.store._client.meta.events
    events.register("provide-client-params.secrets-manager.PutSecretValue", throttle_grants)
    page = road.come_back(parameters)
    assert (page.status, "almost done" in page.body) == (202, True)
    faults.clear()
    (message,) = road.world.take_messages()
    road.world.deliver(message)
    assert road.serves_good_token
    assert road.netsuite.requests == ["authorization_code"]
    assert road.come_back(parameters).status == 200
