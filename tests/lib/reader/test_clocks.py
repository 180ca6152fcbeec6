"""Clocks that are wrong, jump or stand still: an ended token is never handed out, by true time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.errors import SuiteTokenError, TokenExpired, Unavailable
from suitetoken.reader import SecretValue, TokenReader
from suitetoken.reader.moments import Moment
from suitetoken.reader.state import parse_reading
from tests.readers.fake_secret import LIFE, Workload, make_workload
from tests.samples.tokens import NOW


def _serve_until_refused(workload: Workload, step: float = 5) -> float:
    """Ask until no token is handed out any more; return how much life it had left then."""
    token = workload.secret.document.token
    assert token is not None
    while workload.time.true < token.expires_at:
        try:
            workload.ask()
        except (TokenExpired, Unavailable):
            break
        workload.time.advance(step)
    return token.expires_at - workload.time.true


@pytest.mark.parametrize("skew", [-300, -60, 0, 60, 300])
def test_lesson_a_wrong_clock_does_not_lengthen_a_life(skew: float) -> None:
    """Lesson: a machine whose clock is five minutes slow or fast uses a token until its true end and no longer."""
    workload = make_workload()
    workload.time.set_wall(skew)
    workload.ask()
    left = _serve_until_refused(workload)
    assert 0 < left <= 40


@pytest.mark.parametrize("skew", [-300, -60])
def test_lesson_a_slow_clock_shows_by_what_was_issued_just_now(skew: float) -> None:
    """Lesson: without the store's Date, a token issued in the clock's future shows how slow the clock is."""
    workload = make_workload(has_date=False)
    workload.time.set_wall(skew)
    workload.ask()
    workload.secret.go_down()
    assert 0 < _serve_until_refused(workload) <= 40


def test_a_date_that_cannot_be_true_is_not_believed() -> None:
    """A Date that is further off than AWS accepts in a signature is not AWS's, and the machine's clock is used."""
    workload = make_workload()
    body = workload.secret.document.to_json()
    reader = TokenReader("finance-prod", read=lambda: SecretValue(body, NOW), now=lambda: NOW + 5 * LIFE)
    with pytest.raises(TokenExpired):
        reader.token()


@pytest.mark.parametrize("jump", [-10 * LIFE, -LIFE, -600, -60, -20, -5])
@pytest.mark.parametrize("after", [1, 20, 600, 2000, 3000])
def test_a_clock_that_is_set_back_does_not_lengthen_a_life(jump: float, after: float) -> None:
    """Wherever in its life the wall clock is set back, a token is not handed out after its true end."""
    workload = make_workload()
    workload.ask()
    workload.time.advance(after)
    workload.ask()
    workload.secret.go_down()
    workload.time.set_wall(jump)
    token = workload.secret.document.token
    assert token is not None
    while workload.time.true < token.expires_at + 2 * LIFE:
        workload.time.advance(5)
        try:
            workload.ask()
        except SuiteTokenError:
            break
        assert workload.time.true < token.expires_at


@pytest.mark.parametrize(("quiet", "jump"), [(2000, -1500), (1000, -990), (25, -20), (60, -40)])
def test_a_clock_that_is_set_back_unseen_does_not_lengthen_a_life(quiet: float, jump: float) -> None:
    """A wall clock that is set back while nobody asks, to a time after the last question, changes nothing either."""
    workload = make_workload()
    workload.ask()
    workload.time.advance(600)
    workload.ask()
    workload.secret.go_down()
    workload.time.advance(quiet)
    workload.time.set_wall(jump)
    assert _serve_until_refused(workload, step=1) > 0


@given(
    ahead=st.sampled_from([0.0, 5.0, 300.0, 1000.0, 3000.0]),
    quiet=st.floats(0, 2 * LIFE),
    lands=st.floats(1, 60),
    down=st.booleans(),
)
def test_a_clock_that_is_set_back_to_soon_after_the_last_question_ends_no_later(
    ahead: float, quiet: float, lands: float, down: bool
) -> None:
    """Set ahead or not, quiet for as long as it likes, then set back: from a second after the last question on."""
    workload = make_workload()
    token = workload.secret.document.token
    assert token is not None
    workload.ask()
    workload.time.set_wall(ahead)
    workload.ask()
    if down:
        workload.secret.go_down()
    workload.time.advance(quiet)
    workload.time.set_wall(lands - quiet)
    has_ended = workload.time.true >= token.expires_at
    try:
        served = workload.ask()
    except SuiteTokenError:
        return
    assert served != token.access_token or not has_ended


def test_the_stores_date_is_read_as_late_as_it_may_be() -> None:
    """The Date header has no fractions of a second: the time taken from it is never before the true time."""
    value = SecretValue(make_workload().secret.document.to_json(), float(int(NOW + 5.9)))
    assert parse_reading(value, Moment(NOW, 0), "document").store_time >= NOW + 5.9


def test_a_clock_that_is_set_forward_only_costs_a_reading() -> None:
    """A wall clock that is set forward makes the reader read once more; the token that is still good is served."""
    workload = make_workload()
    token = workload.ask()
    workload.time.set_wall(600 + LIFE / 2)
    assert workload.ask() == token
    assert workload.ask() == token
    assert len(workload.secret.reads) == 2


def test_a_clock_that_jumps_to_and_fro_ends_nothing() -> None:
    """A wall clock that jumps ten minutes to and fro leaves the token in use to its end."""
    workload = make_workload()
    token = workload.ask()
    workload.time.advance(2700)
    for _ in range(20):
        workload.time.set_wall(600)
        workload.time.advance(11)
        assert workload.ask() == token
        workload.time.set_wall(-600)
        workload.time.advance(11)
        assert workload.ask() == token
    assert len(workload.secret.reads) <= 41


def test_a_frozen_function_does_not_serve_what_ended_meanwhile() -> None:
    """After a freeze in which only the wall clock went on, the first call reads instead of serving an ended token."""
    workload = make_workload()
    workload.ask()
    workload.time.freeze(2 * LIFE)
    new = workload.secret.rotate()
    assert workload.ask() == new


def test_a_short_freeze_costs_nothing() -> None:
    """After a freeze that ends before the rotation is due, the token that is held is served without a reading."""
    workload = make_workload()
    token = workload.ask()
    workload.time.freeze(LIFE / 4)
    assert workload.ask() == token
    assert len(workload.secret.reads) == 1


def test_the_longer_of_two_times_is_believed() -> None:
    """Of two clocks that disagree about how much time passed, the one that saw more is believed; never less than 0."""
    begin = Moment(1000, 50)
    assert Moment(1010, 51).seconds_since(begin) == 10
    assert Moment(900, 57).seconds_since(begin) == 7
    assert Moment(900, 40).seconds_since(begin) == 0
