"""Presenting one-time refresh tokens: whose turn it is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.samples.tokens import NOW
from token_broker.saving.presentations import HOLD_SECONDS, Presentation, Wait, decide_next, digest

TOKEN = "refresh-canary"
FIRST = Presentation(digest(TOKEN), 0, NOW, repeated=False)


def test_a_token_never_presented_is_presented() -> None:
    """Whatever was presented before it was another one."""
    assert decide_next(None, TOKEN, NOW) == FIRST
    assert decide_next(Presentation(digest("older"), 3, NOW, repeated=True), TOKEN, NOW) == FIRST


def test_a_token_just_presented_is_left_alone() -> None:
    """Another worker may hold the answer at this moment."""
    assert decide_next(FIRST, TOKEN, NOW + HOLD_SECONDS - 1) == Wait()


def test_a_token_whose_answer_was_lost_is_tried_again() -> None:
    """If it was spent the grant is gone anyway; if the request never arrived this saves it."""
    again = decide_next(FIRST, TOKEN, NOW + HOLD_SECONDS)
    assert again == Presentation(digest(TOKEN), 1, NOW + HOLD_SECONDS, repeated=True)


def test_a_token_whose_answer_was_lost_twice_is_tried_again_while_readers_still_have_a_token() -> None:
    """A short failure at NetSuite that says nothing of what was spent is over before the token in use ends."""
    twice = replace(FIRST, attempt=1, repeated=True)
    assert decide_next(twice, TOKEN, NOW + HOLD_SECONDS - 1) == Wait()
    assert decide_next(twice, TOKEN, NOW + HOLD_SECONDS) == replace(twice, attempt=2, at=NOW + HOLD_SECONDS)


def test_a_token_whose_answer_was_lost_often_is_tried_patiently() -> None:
    """A long failure at NetSuite proves nothing; only its own invalid_grant ends the grant."""
    often = replace(FIRST, attempt=5, repeated=True)
    assert decide_next(often, TOKEN, NOW + HOLD_SECONDS) == Wait()
    assert decide_next(often, TOKEN, NOW + 1200) == replace(often, attempt=6, at=NOW + 1200)


def test_a_token_that_was_certainly_not_spent_is_presented_again_at_once() -> None:
    """Refused, throttled, never arrived: the next sweep simply tries again."""
    assert decide_next(replace(FIRST, released=True), TOKEN, NOW + 1) == replace(FIRST, attempt=1, at=NOW + 1)


def test_a_doubt_survives_a_later_refusal() -> None:
    """A token once presented without an answer stays suspect, so that its end is reported as what it is."""
    refused_later = replace(FIRST, attempt=1, repeated=True, released=True)
    assert decide_next(refused_later, TOKEN, NOW + 1) == replace(FIRST, attempt=2, at=NOW + 1, repeated=True)


@given(st.integers(60, 600), st.booleans())
def test_a_day_of_failures_makes_no_more_versions_than_a_day_of_rotations(sweep: int, released: bool) -> None:
    """Refused or in doubt: Secrets Manager keeps a hundred versions of a day; a day that mixes both must stay below."""
    last, versions = FIRST, 1
    for now in range(NOW, NOW + 86_400, sweep):
        turn = decide_next(replace(last, released=released), TOKEN, now)
        if isinstance(turn, Presentation):
            last, versions = turn, versions + 1
    assert versions <= 80


def test_a_presentation_shows_no_token() -> None:
    """It is stored and may be logged."""
    assert TOKEN not in repr(FIRST)
