"""An answer is used once, whatever it holds: the same refresh token again, none, or one that was given before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from suitetoken.aws.records import connection_secret, update_token
from suitetoken.documents import TokenDocument
from tests.memory_aws.world import told
from tests.samples.tokens import make_access_jwt
from tests.worlds.steps import NAME, Road
from tests.worlds.stored_versions import fill_with_versions
from token_broker.saving.one_time import find_saved_answer

SWEEPS_OF_FOUR_HOURS = 48
Change = Callable[[dict[str, Any], str], object]

KEEPS: dict[str, Change] = {
    "the same": lambda answer, presented: answer.update(refresh_token=presented),
    "null": lambda answer, _: answer.update(refresh_token=None),
    "empty": lambda answer, _: answer.update(refresh_token=""),
    "left out": lambda answer, _: answer.pop("refresh_token", None),
}
"""What an answer may say of a refresh token that stays as it is (RFC 6749 section 6)."""


class _Keeping:
    """Makes a NetSuite answer its next refreshes without another refresh token, for so many times."""

    def __init__(self, road: Road, change: Change, times: int) -> None:
        netsuite, self.left = road.netsuite, times
        give = netsuite._tokens

        def tokens(chain: Any, *, refresh: bool) -> str:
            presented, exchange = road.refresh_token, netsuite.requests[-1] == "authorization_code"
            if exchange or not self.left:
                return give(chain, refresh=refresh)
            self.left -= 1
            answer = json.loads(give(chain, refresh=False))
            chain.valid.add(presented)
            change(answer, presented)
            return json.dumps(answer)

        netsuite._tokens = tokens  # type: ignore[method-assign]


def _count_good_looks(road: Road, sweeps: int) -> int:
    good = 0
    for _ in range(sweeps):
        road.pass_time(300)
        good += road.serves_good_token
    return good


@pytest.mark.parametrize("times", [1, 1000], ids=["once", "always"])
@pytest.mark.parametrize("change", KEEPS.values(), ids=KEEPS)
def test_a_refresh_token_that_stays_is_presented_again(quick_public: Road, change: Change, times: int) -> None:
    """Readers have a good token at every sweep, and requests and versions are as many as ever."""
    _Keeping(quick_public, change, times)
    assert _count_good_looks(quick_public, SWEEPS_OF_FOUR_HOURS) == SWEEPS_OF_FOUR_HOURS
    assert 1 + 6 <= len(quick_public.netsuite.requests) <= 1 + 7
    assert quick_public.world.connection(NAME).problem is None
    store, now = quick_public.world.store, quick_public.world.clock()
    assert len(store.list_version_times(connection_secret(NAME), now - 14_399)) <= 2 * 7


@pytest.mark.parametrize("change", KEEPS.values(), ids=KEEPS)
def test_a_person_can_authorize_again_after_days_with_a_server_that_does_not_rotate(
    quick_public: Road, change: Change
) -> None:
    """No more versions than ever are made, so an attempt has room."""
    _Keeping(quick_public, change, 1000)
    assert _count_good_looks(quick_public, 2 * 288) == 2 * 288
    assert quick_public.authorize().status == 200


def test_a_refresh_token_that_was_given_before_is_presented_again(quick_public: Road) -> None:
    """A server that takes turns between two refresh tokens is no different."""
    given: list[str] = [quick_public.refresh_token]

    def take_turns(answer: dict[str, Any], _: str) -> None:
        other = "refresh-canary-other" if len(given) % 2 else given[0]
        given.append(other)
        answer["refresh_token"] = other
        quick_public.netsuite.chains[-1].valid.add(other)

    _Keeping(quick_public, take_turns, 1000)
    assert _count_good_looks(quick_public, SWEEPS_OF_FOUR_HOURS) == SWEEPS_OF_FOUR_HOURS
    assert len(given) > 6


def test_a_used_answer_is_not_found_again(quick_public: Road) -> None:
    """Neither by a rotation nor by a revocation."""
    _Keeping(quick_public, KEEPS["the same"], 1)
    quick_public.pass_time(2400)
    world = quick_public.world
    connection = world.connection(NAME)
    assert connection.answer is not None
    assert find_saved_answer(world.broker, connection_secret(NAME), connection, quick_public.refresh_token) is None


def test_rotated_is_said_only_where_readers_got_a_newer_token(quick_public: Road) -> None:
    """Every event of a rotation has a later end than the one before."""
    told: list[dict[str, Any]] = []
    send = quick_public.world.broker.events.send

    def hear(kind: str, name: str, message: str, **facts: Any) -> bool:
        told.append({"kind": kind, "token": quick_public.world.token(NAME).token, **facts})
        return send(kind, name, message, **facts)

    quick_public.world.broker.events.send = hear  # type: ignore[method-assign, assignment]
    _Keeping(quick_public, KEEPS["null"], 1)
    quick_public.pass_time(4 * 3600)
    ends = [each["expires_at"] for each in told if each["kind"] == "Token Rotated"]
    assert ends == sorted(set(ends))
    assert len(ends) == 6


def test_an_order_gets_a_token_after_an_answer_that_kept_the_refresh_token(quick_public: Road) -> None:
    """`rotate --force` asks NetSuite, and does not find what was used."""
    _Keeping(quick_public, KEEPS["null"], 1)
    quick_public.pass_time(2400)
    quick_public.world.clock.advance(700)
    quick_public.world.rotate(NAME, force=True)
    assert quick_public.world.token(NAME).token.issued_at == quick_public.world.clock()  # type: ignore[union-attr]


def test_an_opaque_answer_that_is_the_very_same_text_twice_is_used_each_time(quick_public: Road) -> None:
    """A server that caches its answers gives one text again and again; each is an answer of its own."""
    same = json.dumps({"access_token": make_access_jwt(), "expires_in": 3600, "token_type": "Bearer"})
    quick_public.netsuite.before = [(200, same)] * 1000
    assert _count_good_looks(quick_public, SWEEPS_OF_FOUR_HOURS) == SWEEPS_OF_FOUR_HOURS


def test_versions_that_filled_the_day_do_not_bring_a_used_answer_back(quick_public: Road) -> None:
    """Where nothing may be sent nothing is said to be done."""
    _Keeping(quick_public, KEEPS["null"], 1)
    quick_public.pass_time(2400)
    held = quick_public.world.token(NAME).token
    fill_with_versions(quick_public.world, NAME, 99)
    quick_public.pass_time(2400)
    assert quick_public.world.token(NAME).token == held


def test_a_token_that_ends_while_every_refresh_works_is_a_problem(quick: Road) -> None:
    """The document holds a token that was issued later, by a clock that was wrong: somebody is told, and it heals."""

    def date_ahead(document: TokenDocument | None) -> TokenDocument | None:
        assert document is not None
        assert document.token is not None
        return replace(document, token=replace(document.token, issued_at=document.token.issued_at + 30_000))

    update_token(quick.world.store, NAME, date_ahead)
    quick.pass_time(2 * 3600)
    problem = quick.world.token(NAME).problem
    assert problem is not None
    assert problem.code == "no_newer_token"
    quick.pass_time(3 * 3600)
    assert [each["problem"] for each in told(quick.world, "Rotation Failed")].count("no_newer_token") == 1
    quick.pass_time(30_000)
    assert (quick.serves_good_token, quick.world.token(NAME).problem) == (True, None)
