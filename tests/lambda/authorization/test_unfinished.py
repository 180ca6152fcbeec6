"""Attempts that break off while the token of before is fresh: the next sweeps finish them, or give them up."""

from __future__ import annotations

import pytest

from suitetoken.aws.marks import UNFINISHED_SECONDS
from suitetoken.documents import GIVEN_UP
from tests.crashes.dying_callback import ANSWERED, CLAIMED, STORED, break_off
from tests.crashes.flows import has_new_grant
from tests.worlds.steps import NAME, Road
from token_broker.rotation.listing import find_due


def asked(road: Road) -> list[str]:
    """Return for whom a sweep would ask now."""
    return list(find_due(road.world.store, road.world.clock()).due)


@pytest.mark.parametrize("after", [ANSWERED, STORED])
def test_what_was_answered_comes_to_its_end(quick: Road, after: int) -> None:
    """Grant, token, and no third look."""
    break_off(quick, after)
    quick.world.clock.advance(300)
    quick.world.come_round()
    assert has_new_grant(quick)
    assert asked(quick) == []


def test_what_broke_off_before_anything_was_saved_is_given_up(quick: Road) -> None:
    """Nothing is asked of NetSuite for it; whoever comes back is told that it failed; no sweep looks again."""
    parameters = break_off(quick, CLAIMED)
    requests = list(quick.netsuite.requests)
    assert asked(quick) == []
    quick.world.clock.advance(UNFINISHED_SECONDS)
    assert asked(quick) == [NAME]
    quick.world.come_round()
    assert asked(quick) == []
    assert [claim.outcome for claim in quick.world.connection(NAME).claims] == ["authorized", GIVEN_UP]
    assert quick.come_back(parameters).status == 409
    assert quick.netsuite.requests == requests


def test_an_answer_that_comes_after_it_was_given_up_counts(quick: Road) -> None:
    """The callback slept before it sent the code, for longer than Lambda lets it live, saved the answer, and died."""

    def sleep() -> None:
        quick.world.clock.advance(UNFINISHED_SECONDS)
        quick.world.come_round()

    quick.netsuite.meanwhile = [sleep]
    break_off(quick, ANSWERED)
    assert [claim.outcome for claim in quick.world.connection(NAME).claims] == ["authorized", GIVEN_UP]
    quick.world.rotate(NAME)
    assert has_new_grant(quick)


def test_an_answer_counts_although_a_later_attempt_broke_off(quick: Road) -> None:
    """The person tried again at once, and that attempt got no answer."""
    break_off(quick, ANSWERED)
    break_off(quick, CLAIMED)
    quick.world.clock.advance(300)
    quick.world.come_round()
    assert has_new_grant(quick)
