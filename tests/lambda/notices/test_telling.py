"""People are told of what concerns them at least once, whatever EventBridge does meanwhile."""

from __future__ import annotations

from suitetoken.aws.records import read_connection
from tests.crashes.machine_flows import start
from tests.memory_aws.world import bus_of, make_memory_world, told
from tests.worlds.machine_world import make_silent_road
from tests.worlds.steps import NAME, Road

DAY = 86_400


def test_a_problem_that_eventbridge_does_not_take_is_told_by_the_sweeps_after_it(quick: Road) -> None:
    """Once it takes events again: one call, with a link that works."""
    for chain in quick.netsuite.chains:
        chain.valid.clear()
    bus_of(quick.world).closed = True
    quick.pass_time(3600)
    problem = quick.world.token(NAME).problem
    assert problem is not None
    assert told(quick.world, "Authorization Required") == []
    bus_of(quick.world).closed = False
    quick.pass_time(3600)
    (call,) = told(quick.world, "Authorization Required")
    assert call["problem"] == problem.code
    assert quick.world.get(call["link"].partition("example")[2]).status == 200


def test_readers_never_see_whether_a_problem_has_been_told(quick: Road) -> None:
    """The token document is public interface; that is the broker's own business."""
    for chain in quick.netsuite.chains:
        chain.valid.clear()
    bus_of(quick.world).closed = True
    quick.pass_time(3600)
    problem = read_connection(quick.world.store, NAME).document.problem
    assert problem is not None
    assert problem.untold
    assert "untold" not in quick.world.token(NAME).to_json()


def test_an_operator_s_revocation_calls_nobody(quick: Road) -> None:
    """It was meant."""
    quick.world.rotate(NAME, action="revoke")
    quick.pass_time(3600)
    assert told(quick.world, "Authorization Required") == []


def test_a_reminder_that_eventbridge_does_not_take_is_sent_with_the_next_rotation(quick: Road) -> None:
    """Not the one a day later."""
    bus_of(quick.world).closed = True
    quick.pass_time(4 * DAY + 7200, sweep=1800)
    assert told(quick.world, "Consent Ending") == []
    bus_of(quick.world).closed = False
    quick.pass_time(7200, sweep=1800)
    assert len(told(quick.world, "Consent Ending")) == 1


def test_a_reminder_of_a_certificate_that_eventbridge_does_not_take_is_sent_with_the_next_rotation() -> None:
    """The same without a person."""
    with make_silent_road(make_memory_world) as road:
        start(road)
        ending = road.world.connection(NAME).certificates.current
        assert ending is not None
        road.world.clock.now = ending.valid_until - 29 * DAY
        bus_of(road.world).closed = True
        road.world.rotate(NAME)
        assert told(road.world, "Certificate Ending") == []
        bus_of(road.world).closed = False
        road.world.clock.advance(3600)
        road.world.rotate(NAME)
        assert len(told(road.world, "Certificate Ending")) == 1


def test_what_is_revoked_while_a_reminder_is_sent_is_not_asked_for(quick: Road) -> None:
    """A worker that wakes up late finds no grant any more, and that is no error of ours."""
    quick.pass_time(3 * DAY, sweep=1800)
    quick.world.clock.advance(DAY + 3600)
    bus_of(quick.world).meanwhile = [lambda: quick.world.rotate(NAME, action="revoke")]
    sent = len(quick.netsuite.requests)
    assert quick.world.rotate(NAME) == {"batchItemFailures": []}
    assert [*quick.netsuite.requests[sent:]] == ["revoke"]
    assert quick.world.token(NAME).token is None


def test_a_reminder_that_is_overtaken_by_a_new_consent_is_not_counted_for_it(quick_confidential: Road) -> None:
    """Or the new one's first reminder might be left out."""
    road = quick_confidential
    road.pass_time(3 * DAY, sweep=1800)
    road.world.clock.advance(DAY + 3600)
    bus_of(road.world).meanwhile = [road.authorize]
    road.world.rotate(NAME)
    assert (len(told(road.world, "Consent Ending")), road.world.connection(NAME).reminded_at) == (1, None)


def test_a_certificate_given_up_while_its_reminder_is_sent_is_not_used() -> None:
    """The same without a person."""
    with make_silent_road(make_memory_world) as road:
        start(road)
        ending = road.world.connection(NAME).certificates.current
        assert ending is not None
        road.world.clock.now = ending.valid_until - 29 * DAY
        bus_of(road.world).meanwhile = [lambda: road.world.rotate(NAME, action="revoke")]
        assert road.world.rotate(NAME) == {"batchItemFailures": []}
        assert road.world.token(NAME).token is None
