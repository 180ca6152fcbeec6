"""Which token or problem may take which one's place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import Problem, TokenDocument
from tests.samples.tokens import NOW, make_access_token
from token_broker.saving.publishing import place_problem, place_token

PROBLEM = Problem("invalid_grant", "Authorize again.", NOW + 100)


def test_a_newer_token_takes_the_place_of_an_older_one() -> None:
    """That is a rotation."""
    newer = make_access_token(issued_at=NOW + 1800)
    placed = place_token(TokenDocument(make_access_token()), newer)
    assert placed == TokenDocument(newer)


def test_a_worker_that_slept_does_not_put_an_older_token_over_a_newer_one() -> None:
    """Of one grant, the token asked for later stays."""
    assert place_token(TokenDocument(make_access_token(issued_at=NOW + 1800)), make_access_token()) is None


def test_an_old_grants_late_token_never_replaces_a_new_grants() -> None:
    """Somebody authorized again while a refresh of the old grant was under way."""
    new = make_access_token(grant_id="1" * 32, authorized_at=NOW + 60, issued_at=NOW + 60)
    late = make_access_token(issued_at=NOW + 120)
    assert place_token(TokenDocument(new), late) is None


def test_the_same_token_is_published_once() -> None:
    """Publishing again after a crash writes no second version."""
    assert place_token(TokenDocument(make_access_token()), make_access_token()) is None


def test_a_new_grants_token_clears_the_old_grants_problem() -> None:
    """Reconnecting leaves no old error behind, even one that was recorded a moment ago."""
    new = make_access_token(grant_id="1" * 32, authorized_at=NOW + 60, issued_at=NOW + 60)
    assert place_token(TokenDocument(make_access_token(), PROBLEM), new) == TokenDocument(new)


def test_a_problem_found_after_the_token_was_asked_for_stays() -> None:
    """A late answer does not hide that the grant has ended since."""
    late = make_access_token(issued_at=NOW + 50)
    placed = place_token(TokenDocument(make_access_token(), PROBLEM), late)
    assert placed == TokenDocument(late, PROBLEM)


def test_a_good_refresh_clears_an_earlier_problem() -> None:
    """The client secret was mended; the readers' problem goes with the next token."""
    mended = make_access_token(issued_at=NOW + 200)
    assert place_token(TokenDocument(make_access_token(), PROBLEM), mended) == TokenDocument(mended)


def test_a_damaged_document_is_replaced() -> None:
    """All of it can be made again from the grant."""
    assert place_token(None, make_access_token()) == TokenDocument(make_access_token())
    assert place_problem(None, PROBLEM, NOW) == TokenDocument(problem=PROBLEM)


def test_fields_of_others_are_kept() -> None:
    """A later version's field survives this one's rotation."""
    held = TokenDocument(make_access_token(), None, {"extra": 1})
    placed = place_token(held, make_access_token(issued_at=NOW + 1))
    assert placed is not None
    assert placed.others == {"extra": 1}


def test_a_problem_leaves_the_token_usable() -> None:
    """The token is good until it expires, whatever became of the grant."""
    assert place_problem(TokenDocument(make_access_token()), PROBLEM, NOW) == TokenDocument(
        make_access_token(), PROBLEM
    )


def test_a_problem_of_an_older_grant_is_dropped() -> None:
    """A loser's invalid_grant says nothing about the winner's grant."""
    new = make_access_token(authorized_at=NOW + 60)
    assert place_problem(TokenDocument(new), PROBLEM, NOW) is None


def test_a_problem_is_said_once() -> None:
    """Every sweep finds it again; no version is written for that."""
    assert place_problem(TokenDocument(problem=PROBLEM), PROBLEM, 0) is None


@given(st.permutations([(0, 0), (0, 1800), (60, 60), (60, 1900)]))
def test_in_whatever_order_answers_arrive_the_newest_grants_newest_token_wins(order: list[tuple[int, int]]) -> None:
    """Order of arrival does not matter."""
    document = TokenDocument(problem=Problem("not_authorized", "Nobody yet.", NOW))
    for authorized, issued in order:
        token = make_access_token(grant_id=str(authorized), authorized_at=NOW + authorized, issued_at=NOW + issued)
        document = place_token(document, token) or document
    assert document.token is not None
    assert (document.token.authorized_at, document.token.issued_at) == (NOW + 60, NOW + 1900)
