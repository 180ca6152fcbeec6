"""Somebody dies in the middle, others change the connection, and then what was left is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suitetoken.admin.certificates import register
from suitetoken.admin.connections import ConnectionChange, update_settings
from suitetoken.admin.hosted_links import revoke_links
from tests.crashes import machine_flows as machine_kill_flows
from tests.crashes.dying_callback import ANSWERED, break_off
from tests.crashes.kill import TOKEN_REQUEST, Executioner, Killed, When, watch
from tests.memory_aws.world import make_memory_world
from tests.worlds.machine_world import make_silent_road
from tests.worlds.steps import NAME, Road

DUE = 2401


def let_rotation_die_unpromoted(public: Road) -> None:
    """Its answer is saved; it is not the current document yet."""
    public.world.clock.advance(DUE)
    with pytest.raises(Killed):
        watch(public.world, public.make_session, Executioner(at=2, when=When.AFTER)).rotate(NAME)


def test_an_answer_found_later_undoes_nothing_that_others_changed_since(public: Road) -> None:
    """Operator's settings, killed links."""
    let_rotation_die_unpromoted(public)
    update_settings(public.world.store, NAME, ConnectionChange(rotation_hours=200))
    revoke_links(public.world.store, NAME)
    series = public.world.connection(NAME).link_series
    public.pass_time(600)
    held = public.world.connection(NAME)
    assert (held.rotation_hours, held.link_series) == (200, series)
    assert public.netsuite.accepts(public.refresh_token)
    assert public.serves_good_token


def test_an_answer_found_later_loses_no_consent_that_is_on_its_way(public: Road) -> None:
    """The claim of a callback whose code is being exchanged stays."""
    let_rotation_die_unpromoted(public)
    parameters = public.press_button()
    public.netsuite.meanwhile_after = [lambda: public.beside().world.rotate(NAME, force=True)]
    assert public.come_back(parameters).status == 200
    assert public.holds_newest_consent


def test_a_saved_consent_is_not_lost_to_a_later_attempt(road: Road) -> None:
    """Which takes its label: the one before is finished first."""
    break_off(road, ANSWERED)
    road.world.clock.advance(60)
    before = len(road.netsuite.chains)
    road.netsuite.before = [(200, '{"access_token": "a.b.c", "token_type": "bearer"}')]
    road.beside().authorize()
    road.netsuite.before = []
    road.pass_time(DUE + 600)
    assert road.refresh_token in road.netsuite.chains[before - 1].valid


def test_a_saved_consent_is_finished_although_a_later_attempt_is_open(road: Road) -> None:
    """Two began; the one that claimed last died before its request, the other right after its answer was saved."""
    first, second = road.press_button(), (other := road.beside()).press_button()

    def die() -> None:
        road.world.clock.advance(1)
        dying = Executioner(at=2, when=When.BEFORE)
        with pytest.raises(Killed):
            replace(other, world=watch(other.world, other.make_session, dying)).come_back(second)
        assert dying.effects[-1] == TOKEN_REQUEST

    road.netsuite.meanwhile = [die]
    dying = Executioner(at=3, when=When.AFTER)
    mine = watch(road.world, road.make_session, dying)
    with pytest.raises(Killed):
        replace(road, world=mine).come_back(first)
    road.pass_time(DUE + 600)
    assert road.holds_newest_consent


@pytest.mark.parametrize("act", ["revoke", "rotate"])
def test_a_certificate_that_was_registered_anew_hides_nothing_from_readers(act: str) -> None:
    """It has not worked yet; the token that readers have is still the connection's."""
    with make_silent_road(make_memory_world) as road:
        machine_kill_flows.start(road)
        road.world.clock.advance(600)
        road.simulator.certificates.clear()
        road.world.rotate(NAME, force=True)
        register(road.world.store, NAME, "another-id")
        assert road.world.connection(NAME).problem is None
        road.world.rotate(NAME, act, force=True)
        shown = road.world.token(NAME)
        assert shown.problem is not None
        assert (shown.token is None) == (act == "revoke")
