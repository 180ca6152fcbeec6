"""Callbacks beside others: late, refused, interrupted or dead, and what stands in the end."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from suitetoken.admin.clients import ClientChange, update_client
from suitetoken.admin.connections import ConnectionChange, update_settings
from suitetoken.admin.hosted_links import revoke_links
from suitetoken.aws.records import connection_secret, update_connection
from suitetoken.documents import Problem
from tests.crashes.dying_callback import ANSWERED, break_off
from tests.crashes.kill import watch
from tests.crashes.meanwhile import Interruption
from tests.worlds.steps import NAME, Road
from tests.worlds.world import LambdaContext, Page
from token_broker.authorization.exchange import EXCHANGED

DUE = 2401


def come_back(road: Road, parameters: dict[str, str], interruption: Interruption) -> Page:
    """Come back to a callback around whose calls others stand."""
    return replace(road, world=watch(road.world, road.make_session, interruption)).come_back(parameters)


def test_an_old_answer_never_takes_a_newer_consents_place(road: Road) -> None:
    """The refresh token that counts is the newer consent's, although NetSuite takes the older one's as well."""
    road.world.clock.advance(DUE)
    road.netsuite.meanwhile_after = [road.beside().authorize]
    road.world.rotate(NAME)
    assert road.holds_newest_consent


def test_a_saved_answer_of_the_grant_before_does_not_outlive_it(public: Road) -> None:
    """The connection holds an answer since its last rotation; authorizing again drops it with its grant."""
    public.world.clock.advance(DUE)
    public.world.rotate(NAME)
    assert public.world.connection(NAME).answer is not None
    assert public.authorize().status == 200
    assert public.holds_newest_consent


def test_a_success_of_the_grant_before_does_not_undo_a_newer_consent(confidential: Road) -> None:
    """A problem stood, so that the success is written down; somebody has authorized meanwhile."""
    stands = Problem("invalid_client", "refused", int(confidential.world.clock()))
    update_connection(confidential.world.store, NAME, lambda held: replace(held, problem=stands))
    confidential.world.clock.advance(DUE)
    confidential.netsuite.meanwhile_after = [confidential.beside().authorize]
    confidential.world.rotate(NAME, force=True)
    assert confidential.holds_newest_consent


def test_a_refused_consent_is_told_as_refused_when_it_comes_again(road: Road) -> None:
    """Its claim says how it ended, and no sweep tries it again."""
    parameters = road.press_button()
    update_settings(road.world.store, NAME, ConnectionChange(role="1000"))
    road.come_back(parameters)
    assert [claim.outcome for claim in road.world.connection(NAME).claims][-1] == "wrong_role"


@pytest.mark.parametrize("call", ["get_secret_value(token", "put_secret_value(token"])
def test_a_grant_that_is_revoked_before_its_token_is_published_brings_no_token(road: Road, call: str) -> None:
    """The callback looks at the readers' document before it stores the grant, and writes it afterwards."""
    road.world.clock.advance(60)
    parameters = road.press_button()

    def revoke() -> None:
        is_stored = road.world.connection(NAME).authorized_at == int(road.world.clock())
        assert is_stored == call.startswith("put")
        road.beside().world.rotate(NAME, action="revoke")

    interruption = Interruption(call, revoke)
    come_back(road, parameters, interruption)
    assert interruption.done
    assert road.world.connection(NAME).grant is None
    assert road.world.token(NAME).token is None


def test_a_callback_that_slept_past_its_own_healing_puts_no_spent_token_back(public: Road) -> None:
    """A sweep finished it and rotated; its answer's refresh token is spent by then."""
    public.world.clock.advance(60)
    parameters = public.press_button()

    def sleep() -> None:
        for _ in range(2):
            public.world.clock.advance(DUE)
            public.beside().world.rotate(NAME)

    interruption = Interruption("EXCHANGED", sleep, after=True)
    come_back(public, parameters, interruption)
    assert interruption.done
    assert public.netsuite.accepts(public.refresh_token)


def test_a_save_of_an_exchanged_answer_that_aws_refuses_is_repeated(road: Road) -> None:
    """A code is good once."""
    road.world.clock.advance(60)
    assert come_back(road, road.press_button(), Interruption("EXCHANGED", faults=2)).status == 200
    assert road.holds_newest_consent


def test_a_failed_exchange_ends_its_claim(road: Road) -> None:
    """Whoever comes again is not told to wait."""
    parameters = road.press_button()
    road.netsuite.before = [(400, '{"error":"invalid_grant"}')]
    road.come_back(parameters)
    assert [claim.outcome for claim in road.world.connection(NAME).claims][-1] == "invalid_grant"


def test_what_a_killed_link_brought_is_given_back(road: Road) -> None:
    """Links were killed while the code was exchanged."""
    parameters = road.press_button()
    road.netsuite.meanwhile_after = [lambda: revoke_links(road.world.store, NAME)]
    assert road.come_back(parameters).status == 410
    assert not road.netsuite.chains[-1].valid


def test_what_came_for_a_removed_connection_is_given_back(road: Road) -> None:
    """It was removed while the code was exchanged."""
    parameters = road.press_button()
    road.netsuite.meanwhile_after = [lambda: road.beside().world.rotate(NAME, action="remove")]
    road.come_back(parameters)
    assert not any(chain.valid for chain in road.netsuite.chains)


def test_what_a_rotation_brought_for_a_removed_connection_is_given_back(public: Road) -> None:
    """Whoever removed it could not know it."""
    public.world.clock.advance(DUE)
    public.netsuite.meanwhile_after = [lambda: public.beside().world.rotate(NAME, action="remove")]
    public.world.rotate(NAME)
    assert not any(chain.valid for chain in public.netsuite.chains)


def test_claims_of_long_ago_are_forgotten(road: Road) -> None:
    """A document has room for 64 KiB."""
    for _ in range(3):
        road.world.clock.advance(7200)
        assert road.authorize().status == 200
    assert len(road.world.connection(NAME).claims) == 1


def test_a_callback_with_too_little_time_left_sends_nothing(road: Road) -> None:
    """An answer that could not be saved would be a lost consent."""
    parameters, asked = road.press_button(), len(road.netsuite.requests)
    hurried = replace(road.world, make_context=lambda name: LambdaContext(name, remaining=20))
    assert replace(road, world=hurried).come_back(parameters).status >= 500
    assert len(road.netsuite.requests) == asked
    assert road.come_back(parameters).status == 200


def test_a_saved_answer_is_no_grant_of_a_client_with_another_id(quick_plain: Road) -> None:
    """The client id was changed before a sweep could finish what a dead callback had saved."""
    road = quick_plain
    break_off(road, ANSWERED)
    update_client(road.world.store, NAME, ClientChange(client_id="f" * 64))
    road.pass_time(600)
    connection = road.world.connection(NAME)
    assert connection.grant is None
    assert [claim.outcome for claim in connection.claims] == ["client_changed"]


def test_a_damaged_saved_answer_of_an_attempt_stops_no_rotation(road: Road) -> None:
    """The claim is open, and nobody can read what its callback saved."""
    break_off(road, ANSWERED)
    road.world.store.put(connection_secret(NAME), "{damaged", version_id=str(uuid.uuid4()), label=EXCHANGED)
    road.world.clock.advance(DUE)
    road.world.rotate(NAME)
    assert road.world.token(NAME).token.issued_at == road.world.clock()  # type: ignore[union-attr]
