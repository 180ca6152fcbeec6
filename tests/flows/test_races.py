"""Two at once: workers, sweeps, people, operators and keys that meet in the middle of a flow.

What others do "meanwhile" happens while a token request is on its way, or while its answer is: the widest instants at
which another worker's view is out of date. Narrower ones are decided by the same compare-and-swap.
"""

from __future__ import annotations

import threading

import pytest

from suitetoken.admin.connections import ConnectionChange, update_settings
from suitetoken.aws.records import connection_secret, token_secret
from suitetoken.aws.store import PREVIOUS
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.worlds.steps import NAME, Road
from tests.worlds.world import World
from token_broker.saving.presentations import HOLD_SECONDS

DUE = 2401


def refreshes(road: Road) -> int:
    """Return how many refresh requests NetSuite has had."""
    return road.netsuite.requests.count("refresh_token")


def change_key(world: World, key: str, value: str) -> None:
    """Replace a signing key, as `suitetoken key rotate` does."""
    world.store.update(key, lambda _: value * 64)


def assert_whole(road: Road) -> None:
    """Readers are served from the grant that counts, nobody needs to act, and one more rotation works."""
    assert road.netsuite.accepts(road.refresh_token)
    assert road.serves_good_token
    assert road.world.token(NAME).problem is None
    road.world.clock.advance(1)
    road.world.rotate(NAME, force=True)
    token, grant = road.world.token(NAME).token, road.world.connection(NAME).grant
    assert token is not None
    assert grant is not None
    assert (token.grant_id, token.issued_at) == (grant.id, int(road.world.clock()))


def test_a_message_delivered_twice_rotates_once(road: Road) -> None:
    """The second finds the token fresh."""
    road.world.clock.advance(DUE)
    road.world.rotate(NAME)
    road.world.rotate(NAME)
    assert refreshes(road) == 1


def test_a_message_delivered_twice_at_the_same_time_loses_nothing(road: Road) -> None:
    """A one-time token is sent by one of them only; a reusable one may be sent by both."""
    road.world.clock.advance(DUE)
    road.netsuite.meanwhile = [lambda: road.beside().world.rotate(NAME)]
    road.world.rotate(NAME)
    assert refreshes(road) == (1 if road.client.is_public else 2)
    assert_whole(road)


def test_ten_workers_at_once_present_a_one_time_token_once(public: Road) -> None:
    """Whichever wins; the others leave it to it."""
    public.world.clock.advance(DUE)
    workers = [public.beside() for _ in range(10)]
    threads = [threading.Thread(target=worker.world.rotate, args=(NAME,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refreshes(public) == 1
    assert_whole(public)


def test_two_sweeps_at_once_ask_for_one_rotation(road: Road) -> None:
    """A schedule that fires twice for one moment is one sweep to the queue."""
    road.world.clock.advance(DUE)
    road.world.sweep()
    road.beside().world.sweep()
    assert len(road.world.take_messages()) == 1


def test_a_sweep_that_overtakes_the_last_one_rotates_once(road: Road) -> None:
    """Messages of two sweeps, delivered newest first."""
    road.world.sweep()
    older = road.world.take_messages()
    road.world.clock.advance(DUE)
    road.world.sweep()
    for message in [*road.world.take_messages(), *older]:
        road.world.deliver(message)
    assert refreshes(road) == 1
    assert_whole(road)


def test_a_rotation_that_comes_after_the_revocation_brings_nothing_back(road: Road) -> None:
    """Reordered messages: no token, no request to NetSuite."""
    road.world.rotate(NAME, action="revoke")
    road.world.clock.advance(DUE)
    road.world.rotate(NAME, force=True)
    assert refreshes(road) == 0
    assert road.world.token(NAME).token is None
    assert road.world.connection(NAME).grant is None


def test_a_revocation_during_a_rotation_is_not_undone_by_its_answer(road: Road) -> None:
    """The access token that comes too late is dropped."""
    road.world.clock.advance(DUE)
    road.netsuite.meanwhile_after = [lambda: road.beside().world.rotate(NAME, action="revoke")]
    road.world.rotate(NAME)
    assert road.world.connection(NAME).grant is None
    assert road.world.token(NAME).token is None
    assert road.authorize().status == 200
    assert_whole(road)


def test_a_removal_during_a_rotation_is_not_undone_by_its_answer(road: Road) -> None:
    """Nothing is resurrected and nothing raised."""
    road.world.clock.advance(DUE)
    road.netsuite.meanwhile_after = [lambda: road.beside().world.rotate(NAME, action="remove")]
    answer = road.world.rotate(NAME)
    assert answer == {"batchItemFailures": []}
    assert not road.world.store.exists(connection_secret(NAME))
    assert not road.world.store.exists(token_secret(NAME))


def test_a_rotation_during_a_callback_keeps_the_new_grant(road: Road) -> None:
    """The old grant's token is rotated while the new grant's code is exchanged."""
    road.world.clock.advance(DUE)
    parameters = road.press_button()
    road.netsuite.meanwhile = [lambda: road.beside().world.rotate(NAME)]
    assert road.come_back(parameters).status == 200
    assert road.world.connection(NAME).grant_id == road.world.token(NAME).token.grant_id  # type: ignore[union-attr]
    assert_whole(road)


def test_a_callback_while_a_refresh_is_answered_keeps_the_new_grant(road: Road) -> None:
    """The old grant's answer comes last and is dropped."""
    road.world.clock.advance(DUE)
    other = road.beside()
    road.netsuite.meanwhile_after = [other.authorize]
    road.world.rotate(NAME)
    grant = road.world.connection(NAME).grant
    assert grant is not None
    assert grant.authorized_at == int(road.world.clock())
    assert_whole(road)


def test_two_people_who_authorize_at_once_leave_one_grant(road: Road) -> None:
    """The later exchange stands, and its person is told so; the other is told that it was overtaken."""
    mine, theirs = road.press_button(), (other := road.beside()).press_button()
    road.netsuite.meanwhile_after = [lambda: other.come_back(theirs)]
    page = road.come_back(mine)
    assert page.status in {200, 409}
    assert_whole(road)


def test_a_rotation_finishes_an_exchange_while_its_callback_still_works_on_it(road: Road) -> None:
    """Both store the same grant; the person sees success."""
    road.world.clock.advance(DUE)
    parameters = road.press_button()
    road.netsuite.meanwhile_after = [lambda: road.beside().world.rotate(NAME, force=True)]
    assert road.come_back(parameters).status == 200
    assert_whole(road)


@pytest.mark.parametrize("moment", ["meanwhile", "meanwhile_after"])
def test_an_operators_change_during_a_rotation_stands(road: Road, moment: str) -> None:
    """The settings are the operator's, the refresh token is the newest."""
    change = ConnectionChange(rotation_hours=200)
    road.world.clock.advance(DUE)
    setattr(road.netsuite, moment, [lambda: update_settings(road.world.store, NAME, change)])
    road.world.rotate(NAME)
    assert road.world.connection(NAME).rotation_hours == 200
    assert_whole(road)


@pytest.mark.parametrize("moment", ["meanwhile", "meanwhile_after"])
def test_an_operators_pin_during_a_callback_decides(road: Road, moment: str) -> None:
    """The grant is checked against the connection as it is when it is stored."""
    before = road.world.connection(NAME).grant
    parameters = road.press_button()
    change = ConnectionChange(role="1000")
    setattr(road.netsuite, moment, [lambda: update_settings(road.world.store, NAME, change)])
    assert road.come_back(parameters).status == 403
    assert road.world.connection(NAME).grant == before
    assert_whole(road)


def test_a_key_that_is_replaced_during_an_attempt_does_not_end_it(road: Road) -> None:
    """The key before still verifies what it has signed."""
    parameters = road.press_button()
    change_key(road.world, STATE_KEY, "n")
    change_key(road.world, LINK_KEY, "n")
    road.world.clock.advance(61)
    assert road.come_back(parameters).status == 200
    assert_whole(road)


def test_a_key_that_is_replaced_during_the_exchange_still_shows_the_result(road: Road) -> None:
    """The result is signed with whatever key this worker knows, and any worker can verify it."""
    parameters = road.press_button()
    road.netsuite.meanwhile = [lambda: change_key(road.world, STATE_KEY, "n")]
    assert road.come_back(parameters).status == 200
    assert_whole(road.beside())


def test_a_key_that_is_replaced_twice_ends_every_attempt_before_anything_is_sent(road: Road) -> None:
    """That is how a leaked key is killed."""
    parameters, asked = road.press_button(), len(road.netsuite.requests)
    for value in "no":
        change_key(road.world, STATE_KEY, value)
    road.world.clock.advance(61)
    assert road.come_back(parameters).status == 400
    assert len(road.netsuite.requests) == asked
    assert road.authorize().status == 200


@pytest.mark.parametrize("hours", [1, 3])
def test_a_worker_that_wakes_up_late_overwrites_nothing(road: Road, hours: int) -> None:
    """It slept with an answer in its hands while others went on; readers keep the newest token."""

    def sleep() -> None:
        road.beside().pass_time(hours * 3600)

    road.world.clock.advance(DUE)
    road.netsuite.meanwhile_after = [sleep]
    road.world.rotate(NAME)
    if road.client.is_public:
        road.authorize()
    assert road.serves_good_token
    assert_whole(road)


def test_a_worker_that_slept_with_the_only_answer_heals_what_was_given_up(public: Road) -> None:
    """Others called the grant lost; the answer that it still holds is the one that NetSuite will take."""
    public.world.clock.advance(DUE)
    public.netsuite.meanwhile_after = [lambda: public.beside().pass_time(HOLD_SECONDS + 300)]
    public.world.rotate(NAME)
    public.pass_time(600)
    assert_whole(public)


def test_the_token_before_stays_readable_by_its_label(road: Road) -> None:
    """No race leaves AWSCURRENT and AWSPREVIOUS on one version."""
    road.world.clock.advance(DUE)
    road.netsuite.meanwhile_after = [lambda: road.beside().world.rotate(NAME, force=True)]
    road.world.rotate(NAME)
    current, before = (road.world.store.read(token_secret(NAME), label) for label in ("AWSCURRENT", PREVIOUS))
    assert current.id != before.id
