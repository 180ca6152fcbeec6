"""What NetSuite gave for a connection that was revoked or removed meanwhile is given back, and nothing else is."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest

from suitetoken.aws.store import Store, Version
from suitetoken.errors import AccessDenied, NotFound
from tests.crashes.kill import Executioner, Killed, When, watch
from tests.samples.tokens import PUBLIC, make_answer
from tests.worlds.steps import NAME, Road
from token_broker.saving.unwanted import give_back, give_back_if_gone

RAW = make_answer(refresh_token="unwanted")


class Elsewhere(Store):
    """A store in which every secret fails to be read in the same way."""

    prefix = "suitetoken"

    def __init__(self, error: Exception) -> None:
        """Know nothing."""
        self.error, self.prefix = error, "suitetoken"

    def read(self, name: str, label: str = "AWSCURRENT") -> Version:
        """Fail."""
        raise self.error


def knows_nothing(road: Road) -> bool:
    """Whether NetSuite has forgotten every refresh token."""
    return not any(chain.valid for chain in road.netsuite.chains)


def test_a_revocation_after_a_rotation_that_died_revokes_the_newest_refresh_token(public: Road) -> None:
    """The one in the grant is spent by then: NetSuite would say yes to it and revoke nothing."""
    public.world.clock.advance(2401)
    death = Executioner(at=2, when=When.AFTER)
    with contextlib.suppress(Killed):
        watch(public.world, public.make_session, death).rotate(NAME)
    assert "ANSWERED" in death.effects[-1]
    public.world.rotate(NAME, action="revoke")
    assert public.world.connection(NAME).grant is None
    assert knows_nothing(public)


def test_what_cannot_be_read_or_holds_no_refresh_token_is_let_go(public: Road) -> None:
    """Nothing is sent, nothing raised."""
    asked = len(public.netsuite.requests)
    for raw in ("", "<html>", json.dumps({**json.loads(RAW), "refresh_token": None})):
        give_back(public.world.broker, PUBLIC, raw, lambda: 60)
    give_back(public.world.broker, PUBLIC, RAW, lambda: 10)
    assert len(public.netsuite.requests) == asked


def test_netsuite_need_not_confirm(public: Road) -> None:
    """What it gave ends by itself then."""
    public.netsuite.before = [(503, "")]
    give_back(public.world.broker, PUBLIC, RAW, lambda: 60)
    assert public.netsuite.requests[-1] == "revoke"


@pytest.mark.parametrize(("error", "gone"), [(NotFound("no"), True), (AccessDenied("no"), False)])
def test_only_what_is_gone_for_certain_is_given_back(public: Road, error: Exception, gone: bool) -> None:
    """One answer that something is not there is too little: the answer may be saved and good."""
    asked = len(public.netsuite.requests)
    broker = replace(public.world.broker, store=Elsewhere(error))
    give_back_if_gone(broker, NAME, PUBLIC, RAW, lambda: 60)
    assert (len(public.netsuite.requests) > asked) == gone
    give_back_if_gone(public.world.broker, NAME, PUBLIC, RAW, lambda: 60)
    assert len(public.netsuite.requests) == asked + gone
