"""What NetSuite or a proxy refuses: weather the first time, a problem when it is confirmed, and asked rarely then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from suitetoken.aws.records import connection_secret
from suitetoken.aws.store import Store
from suitetoken.errors import Unavailable
from tests.memory_aws.world import told
from tests.samples.tokens import make_access_jwt
from tests.worlds.small_netsuite import LOST
from tests.worlds.steps import NAME, Road
from token_broker.saving.versions import refuse_attempt

REFUSALS = {
    "401": (401, '{"error":"invalid_client"}'),
    "403": (403, '{"error":"access_denied"}'),
    "unavailable": (400, '{"error":"temporarily_unavailable"}'),
    "server error": (400, '{"error":"server_error"}'),
    "slow down": (400, '{"error":"slow_down"}'),
    "invalid request": (400, '{"error":"invalid_request"}'),
    "404": (404, '{"error":"not_found"}'),
    "408": (408, '{"error":"request_timeout"}'),
    "unusable": (200, '{"access_token":"opaque","token_type":"mac"}'),
    "empty": (200, "{}"),
    "page": (200, "<html>maintenance</html>"),
    "firewall": (403, "<html>blocked</html>"),
}
PAGES = ("page", "firewall")
LASTING = {name: each for name, each in REFUSALS.items() if name not in ("408", *PAGES)}
SIX_HOURS = 72


def _look(road: Road, sweeps: int) -> int:
    """Let sweeps come round; returns at how many of them readers had a good token."""
    good = 0
    for _ in range(sweeps):
        road.pass_time(300)
        good += road.serves_good_token
    return good


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_one_refusal_is_weather(quick: Road, refusal: tuple[int, str]) -> None:
    """Readers notice nothing, nobody is told, and nothing is left of it."""
    quick.pass_time(1500)
    quick.netsuite.before = [refusal]
    assert _look(quick, SIX_HOURS) == SIX_HOURS
    assert quick.world.connection(NAME).problem is None
    assert told(quick.world, "Authorization Required") == []


@pytest.mark.parametrize("refusal", LASTING.values(), ids=LASTING)
def test_what_is_refused_for_hours_is_a_problem_and_asked_for_rarely(quick: Road, refusal: tuple[int, str]) -> None:
    """The reason is in both documents, people are told once, and it heals by itself."""
    quick.pass_time(1500)
    sent = len(quick.netsuite.requests)
    quick.netsuite.before = [refusal] * 1000
    quick.pass_time(6 * 3600)
    problem = quick.world.token(NAME).problem
    assert problem is not None
    assert not problem.unconfirmed
    assert quick.world.connection(NAME).problem == problem
    assert 8 <= len(quick.netsuite.requests) - sent <= 16
    assert [each["problem"] for each in told(quick.world, "Rotation Failed")].count(problem.code) == 1
    quick.netsuite.before = []
    quick.pass_time(2400)
    assert (quick.serves_good_token, quick.world.connection(NAME).problem) == (True, None)


@pytest.mark.parametrize("answer", [REFUSALS[name] for name in PAGES], ids=PAGES)
def test_a_page_in_an_answers_place_is_a_problem_after_an_hour_and_not_before(
    quick: Road, answer: tuple[int, str]
) -> None:
    """Maintenance ends; what lasts for longer, somebody must look at."""
    held = quick.world.token(NAME).token
    assert held is not None
    quick.netsuite.before = [answer] * 1000
    quick.pass_time(held.refresh_at + 3600 - quick.world.clock() - 300)
    assert quick.world.token(NAME).problem is None
    quick.pass_time(3000)
    problem, sent = quick.world.token(NAME).problem, len(quick.netsuite.requests)
    assert problem is not None
    assert "what stands between" in problem.message
    quick.pass_time(6 * 3600)
    assert len(quick.netsuite.requests) - sent <= 13
    assert [each["problem"] for each in told(quick.world, "Rotation Failed")].count(problem.code) <= 4
    quick.netsuite.before = []
    quick.pass_time(2400)
    assert (quick.serves_good_token, quick.world.connection(NAME).problem) == (True, None)


@pytest.mark.parametrize("life", [600, 1800, 3600])
def test_a_person_finds_room_at_every_hour(quick_public: Road, life: int) -> None:
    """What the machine writes never stands in the way of a consent, however short tokens live."""
    give = quick_public.netsuite._tokens

    def tokens(chain: Any, *, refresh: bool) -> str:
        answer = json.loads(give(chain, refresh=refresh))
        return json.dumps({**answer, "access_token": f"opaque-{answer['access_token'][-20:]}", "expires_in": life})

    quick_public.netsuite._tokens = tokens  # type: ignore[method-assign]
    store, secret = quick_public.world.store, connection_secret(NAME)
    for _ in range(48):
        quick_public.pass_time(3600)
        refuse_attempt(store, secret, quick_public.world.clock(), rotated=True)


@pytest.mark.parametrize("fault", [LOST, REFUSALS["page"], REFUSALS["401"], REFUSALS["403"]])
def test_a_person_finds_room_after_a_day_of_failures(quick_public: Road, fault: Exception | tuple[int, str]) -> None:
    """And readers are served by that consent for a day."""
    quick_public.netsuite.before = [fault] * 1000
    quick_public.pass_time(86_400)
    quick_public.netsuite.before = []
    assert quick_public.authorize().status == 200
    assert _look(quick_public, 288) == 288


def test_the_first_refusal_of_a_persons_order_is_told_at_once(quick: Road) -> None:
    """Who waits for the answer gets it."""
    quick.world.clock.advance(700)
    quick.netsuite.before = [REFUSALS["401"]]
    quick.world.rotate(NAME, force=True)
    assert quick.world.token(NAME).problem.code == "invalid_client"  # type: ignore[union-attr]


def test_a_confirmed_refusal_is_tried_once_more_before_the_token_ends(quick_public: Road) -> None:
    """Two refusals at the natural time, and NetSuite is well again: readers have a token all the time."""
    quick_public.netsuite.before = [REFUSALS["401"]] * 2
    assert _look(quick_public, SIX_HOURS) == SIX_HOURS


def test_an_error_in_a_success_is_that_error(quick: Road) -> None:
    """HTTP 200 with `invalid_grant`: asked once, and somebody is called."""
    quick.pass_time(1500)
    sent = len(quick.netsuite.requests)
    quick.netsuite.before = [(200, '{"error":"invalid_grant"}')] * 1000
    quick.pass_time(6 * 3600)
    assert len(quick.netsuite.requests) == sent + 1
    assert quick.world.token(NAME).problem.code == "invalid_grant"  # type: ignore[union-attr]
    assert len(told(quick.world, "Authorization Required")) == 1


def test_an_order_tries_a_reusable_refresh_token_that_was_refused(quick_confidential: Road) -> None:
    """A restored account takes it again; the sweeps alone do not ask."""
    quick_confidential.pass_time(1500)
    quick_confidential.netsuite.before = [(400, '{"error":"invalid_grant"}')]
    quick_confidential.pass_time(6 * 3600)
    assert quick_confidential.world.token(NAME).problem is not None
    quick_confidential.world.rotate(NAME, force=True)
    assert quick_confidential.serves_good_token
    assert quick_confidential.world.token(NAME).problem is None
    assert quick_confidential.world.connection(NAME).problem is None


def test_an_order_does_not_try_a_one_time_refresh_token_that_was_refused(quick_public: Road) -> None:
    """It is spent; asking again may end more than it."""
    quick_public.netsuite.before = [(400, '{"error":"invalid_grant"}')]
    quick_public.pass_time(2400)
    sent = len(quick_public.netsuite.requests)
    quick_public.world.rotate(NAME, force=True)
    assert len(quick_public.netsuite.requests) == sent


@pytest.mark.parametrize(
    "change",
    [
        {"refresh_token": ""},
        {"token_type": None},
        {"expires_in": "3600.0"},
        {"expires_in": 3600.0},
    ],
)
def test_answers_of_other_servers_are_taken(quick: Road, change: dict[str, Any]) -> None:
    """At every look of six hours readers have a good token."""
    answer = {"access_token": make_access_jwt(), "expires_in": 3600, "token_type": "Bearer", **change}
    quick.netsuite.before = [(200, json.dumps(answer)), (201, "\ufeff" + json.dumps(answer))] * 100
    assert _look(quick, SIX_HOURS) == SIX_HOURS


@pytest.mark.parametrize(("life", "least"), [(600, 165), (1800, 480)])
def test_tokens_of_a_short_life_are_spread_over_the_day(quick_public: Road, life: int, least: int) -> None:
    """Two days of an opaque token: the versions last, people are warned, and a person's consent finds room."""
    hint = {} if life == 600 else {"expires_in": life}
    give = quick_public.netsuite._tokens

    def tokens(chain: Any, *, refresh: bool) -> str:
        answer = json.loads(give(chain, refresh=refresh))
        del answer["expires_in"]
        return json.dumps({**answer, "access_token": f"opaque-{answer['access_token'][-20:]}", **hint})

    quick_public.netsuite._tokens = tokens  # type: ignore[method-assign]
    quick_public.authorize()
    assert _look(quick_public, 576) >= least
    assert 2 <= [each["problem"] for each in told(quick_public.world, "Rotation Failed")].count("short_life") <= 16
    assert quick_public.authorize().status == 200


@pytest.mark.parametrize("failures", [1, 3])
def test_another_refresh_token_of_a_confidential_client_is_saved_first(quick_confidential: Road, failures: int) -> None:
    """AWS fails right after the answer: the token before is spent, and the new one is there."""
    give, road = quick_confidential.netsuite._tokens, quick_confidential

    def tokens(chain: Any, **_: bool) -> str:
        chain.valid.clear()
        return give(chain, refresh=True)

    road.netsuite._tokens = tokens  # type: ignore[method-assign]
    road.world.clock.advance(1801)
    promote, left = Store.promote, [None] * failures

    def fail(self: Store, *args: Any) -> Any:
        if left:
            left.pop()
            raise Unavailable("AWS is down.")
        return promote(self, *args)

    road.world.store.__class__ = type("Failing", (Store,), {"promote": fail})
    road.pass_time(1800)
    assert road.netsuite.accepts(road.refresh_token)
    assert (road.serves_good_token, road.world.connection(NAME).problem) == (True, None)
