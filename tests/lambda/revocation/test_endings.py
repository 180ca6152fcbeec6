"""Revoked and removed is for good: no link, attempt or saved answer brings anything back, NetSuite up or down."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from suitetoken.admin.clients import add_client
from suitetoken.admin.connections import add_connection, make_connection
from suitetoken.admin.hosted_links import make_hosted_link
from suitetoken.admin.waiting import Patience, wait_for_removal, wait_for_revocation
from suitetoken.aws.records import client_secret, connection_secret
from suitetoken.aws.store import Store
from suitetoken.documents import REMOVE, REVOCATION_UNCONFIRMED
from suitetoken.errors import Unavailable
from suitetoken.signing.keys import LINK_KEY, KeyRing
from tests.crashes.dying_callback import ANSWERED, break_off
from tests.crashes.flows import is_whole
from tests.crashes.kill import watch
from tests.crashes.laws import count_versions
from tests.crashes.meanwhile import Interruption
from tests.memory_aws.world import bus_of, make_memory_world, told
from tests.samples.tokens import PUBLIC, SCOPE
from tests.worlds.machine_world import make_silent_road
from tests.worlds.printed import read_metrics
from tests.worlds.small_netsuite import NEVER_SENT
from tests.worlds.steps import NAME, Road, make_road
from tests.worlds.world import ORIGIN
from token_broker.notices.events import ROTATION_FAILED

SWEEPS = 150
"""Half a day of them."""
ASKED = 6 + 24
"""In every sweep for half an hour, then once in each half hour, on the whole."""
AT_ONCE = Patience(0)


def knows_nothing(road: Road) -> bool:
    """Whether NetSuite has forgotten every refresh token of the newest consent."""
    return not road.netsuite.chains[-1].valid


def holds_nothing(road: Road) -> bool:
    """Whether neither document has anything, now and after a day of sweeps."""
    for _ in range(3):
        if road.world.connection(NAME).grant is not None or road.world.token(NAME).token is not None:
            return False
        road.world.clock.advance(6 * 3600)
        road.world.come_round()
    return True


def test_a_link_from_before_the_grant_stays_dead_when_it_is_revoked(quick: Road) -> None:
    """No grant stands then, as when the link was made; it is dead all the same."""
    world = quick.world
    world.add_connection("other", quick.client)
    link = world.make_link("other")
    assert world.get(link).status == 200
    assert quick.authorize("other").status == 200
    assert world.get(link).status == 410
    world.rotate("other", "revoke")
    assert world.get(link).status == 410
    assert world.get(world.make_link("other")).status == 200


def test_a_link_does_not_outlive_the_connection_it_was_made_for(quick: Road) -> None:
    """Another one of the same name is another one."""
    world = quick.world
    links = [world.make_link(NAME)]
    world.rotate(NAME, "remove")
    for _ in range(2):
        add_connection(world.store, NAME, make_connection(NAME, SCOPE), int(world.clock()))
        assert [world.get(link).status for link in links] == [410] * len(links)
        links.append(world.make_link(NAME))
        assert world.get(links[-1]).status == 200
        world.rotate(NAME, "remove")


@pytest.mark.parametrize("again", [True, False])
def test_an_answer_that_a_dead_callback_saved_is_revoked_with_the_rest(again: bool) -> None:
    """A first consent as well as another one: no sweep makes a grant of it, and NetSuite forgets it."""
    with make_road(PUBLIC, make_memory_world) as road:
        if again:
            assert road.authorize().status == 200
        break_off(road, ANSWERED)
        road.world.rotate(NAME, "revoke")
        assert holds_nothing(road)
        assert knows_nothing(road)


def test_a_removal_tells_netsuite_of_an_answer_that_a_dead_callback_saved(quick: Road) -> None:
    """It would be good there for days otherwise."""
    break_off(quick, ANSWERED)
    quick.world.rotate(NAME, "remove")
    assert knows_nothing(quick)


def test_a_consent_that_is_exchanged_during_a_revocation_is_given_back(quick: Road) -> None:
    """The person is told, and NetSuite too."""
    quick.world.clock.advance(60)
    parameters = quick.press_button()
    quick.netsuite.meanwhile_after = [lambda: quick.world.rotate(NAME, "revoke")]
    assert quick.come_back(parameters).status == 410
    assert holds_nothing(quick)
    assert knows_nothing(quick)


def test_a_revocation_that_netsuite_does_not_confirm_goes_on_until_it_does(quick: Road) -> None:
    """Readers lose the token at once, nothing is rotated, people are told once; it is never called revoked on hope."""
    quick.netsuite.before = [NEVER_SENT] * SWEEPS
    quick.world.rotate(NAME, "revoke")
    with pytest.raises(Unavailable, match="NetSuite has not confirmed"):
        wait_for_revocation(quick.world.store, NAME, AT_ONCE)
    assert not add_connection(quick.world.store, NAME, make_connection(NAME, SCOPE), 0), "it is there already"
    for _ in range(SWEEPS):
        assert quick.world.token(NAME).token is None
        assert quick.world.connection(NAME).grant is not None
        quick.world.clock.advance(300)
        quick.world.come_round()
    assert [each["problem"] for each in told(quick.world, ROTATION_FAILED)] == [REVOCATION_UNCONFIRMED]
    assert abs(SWEEPS - len(quick.netsuite.before) - ASKED) < 3
    quick.netsuite.before = []
    quick.pass_time(1800)
    assert wait_for_revocation(quick.world.store, NAME, AT_ONCE).grant is None
    assert quick.world.token(NAME).problem.code == "revoked"  # type: ignore[union-attr]
    assert holds_nothing(quick)
    assert knows_nothing(quick)
    assert max(count_versions(quick.world).values()) < 20


def test_a_removal_that_netsuite_does_not_confirm_goes_on_until_it_does(quick: Road) -> None:
    """The connection stays until then, and nobody can authorize or add it."""
    link = quick.world.make_link(NAME)
    quick.netsuite.before = [NEVER_SENT, NEVER_SENT]
    quick.world.rotate(NAME, "remove")
    with pytest.raises(Unavailable, match="connection remove finance --force"):
        wait_for_removal(quick.world.store, NAME, AT_ONCE)
    keys = KeyRing(quick.world.store, LINK_KEY, time.time)
    with pytest.raises(Unavailable, match="being removed"):
        make_hosted_link(quick.world.store, keys, ORIGIN, NAME, "me", 1)
    with pytest.raises(Unavailable, match="being removed"):
        add_connection(quick.world.store, NAME, make_connection(NAME, SCOPE), 0)
    assert [quick.world.get(each).status for each in (link, quick.world.make_link(NAME))] == [410, 410]
    for _ in range(2):
        quick.world.clock.advance(300)
        quick.world.come_round()
    wait_for_removal(quick.world.store, NAME, AT_ONCE)
    assert knows_nothing(quick)


def test_an_unconfirmed_revocation_is_told_until_the_event_is_taken(quick: Road) -> None:
    """EventBridge may be down as well."""
    quick.netsuite.before = [NEVER_SENT, NEVER_SENT]
    bus_of(quick.world).closed = True
    quick.world.rotate(NAME, "revoke")
    bus_of(quick.world).closed = False
    quick.world.clock.advance(300)
    quick.world.come_round()
    assert len(told(quick.world, ROTATION_FAILED)) == 1


@pytest.mark.parametrize("fault", [NEVER_SENT, (401, '{"error":"invalid_client"}'), (500, "")])
def test_who_is_being_revoked_is_not_counted_as_without_a_token(
    quick: Road, fault: Exception | tuple[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The alarm on that is about connections that should have one."""
    quick.netsuite.before = [fault] * 20
    capsys.readouterr()
    quick.world.rotate(NAME, "revoke")
    quick.pass_time(3600)
    written = {metric.name for metric in read_metrics(capsys.readouterr().out)}
    assert "Rotations" in written
    assert "ConnectionsWithoutToken" not in written


@pytest.mark.parametrize("action", ["revoke", "remove"])
def test_an_operator_who_insists_does_not_wait_for_netsuite(quick: Road, action: str) -> None:
    """It is forgotten here, and goes on there."""
    quick.netsuite.before = [NEVER_SENT, NEVER_SENT]
    quick.world.rotate(NAME, action)
    quick.world.rotate(NAME, action, force=True)
    assert not knows_nothing(quick)
    assert holds_nothing(quick) if action == "revoke" else not quick.world.store.exists(connection_secret(NAME))


def test_a_removal_may_follow_a_revocation_that_is_not_confirmed(quick: Road) -> None:
    """And a revocation that comes late does not stop the removal."""
    quick.netsuite.before = [NEVER_SENT, NEVER_SENT, NEVER_SENT]
    for action in ("revoke", "remove", "revoke"):
        quick.world.rotate(NAME, action)
    assert quick.world.connection(NAME).ending == REMOVE
    quick.world.come_round()
    assert not quick.world.store.exists(connection_secret(NAME))
    assert knows_nothing(quick)


def lose(store: Store) -> None:
    """Delete the client behind the command's back."""
    store.delete(client_secret(NAME))


def damage(store: Store) -> None:
    """Leave half a document of the client."""
    store.update(client_secret(NAME), lambda _: "{")


@pytest.mark.parametrize("harm", [lose, damage])
def test_without_its_client_nothing_is_called_revoked(quick: Road, harm: Callable[[Store], None]) -> None:
    """NetSuite takes a revocation from its client only; once that is there again, it is done."""
    store = quick.world.store
    harm(store)
    quick.world.rotate(NAME, "remove")
    assert quick.world.connection(NAME).grant is not None
    add_client(store, NAME, quick.client)
    quick.world.come_round()
    assert not store.exists(connection_secret(NAME))
    assert knows_nothing(quick)


def test_a_revocation_that_slept_takes_nothing_from_a_later_consent(quick: Road) -> None:
    """Another worker finished it, and somebody has authorized anew since; the one that wakes up withdraws nothing."""

    def finish_and_authorize() -> None:
        quick.beside().world.rotate(NAME, "revoke")
        quick.world.clock.advance(60)
        assert quick.beside().authorize().status == 200

    sleeper = watch(quick.world, quick.make_session, Interruption("put_secret_value(token", finish_and_authorize))
    quick.world.clock.advance(60)
    sleeper.rotate(NAME, "revoke")
    assert is_whole(quick)


@pytest.mark.parametrize("action", ["revoke", "remove"])
def test_an_order_that_is_given_again_says_nothing_of_a_later_consent(quick: Road, action: str) -> None:
    """The worker died with it carried out; the queue gives it to another nine minutes later."""
    given, body = quick.world.clock(), json.dumps({"connection": NAME, "action": action})
    quick.world.deliver(body)
    add_connection(quick.world.store, NAME, make_connection(NAME, SCOPE), int(given))
    quick.world.clock.advance(300)
    assert quick.authorize().status == 200
    quick.world.clock.advance(240)
    quick.world.deliver(body, sent_at=given)
    assert is_whole(quick)
    quick.world.deliver(body)
    assert knows_nothing(quick)


def test_a_certificate_that_shall_only_follow_is_given_up_as_well() -> None:
    """Nothing is in use yet, and the connection is not wanted any more."""
    with make_silent_road(make_memory_world) as road:
        road.hold(next=replace(road.make_secret_certificate(), certificate_id=None))
        road.world.rotate(NAME, "revoke")
        held = road.connection.certificates
        assert (held.current, held.next, held.old is not None) == (None, None, True)
