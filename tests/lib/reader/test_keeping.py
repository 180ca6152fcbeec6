"""Keeping a token: when it is read, when it is read again, and that nobody waits for that."""

from __future__ import annotations

import threading

import pytest

from suitetoken.errors import SuiteTokenError
from suitetoken.reader import TokenReader
from suitetoken.reader.timing import LEEWAY_SECONDS
from tests.readers.fake_secret import LIFE, FakeSecret, Time, Workload, make_workload
from tests.samples.tokens import NOW


def test_nothing_is_read_before_it_is_asked_for(secret: FakeSecret, reader: TokenReader) -> None:
    """A reader that nobody asks never calls the store."""
    assert secret.reads == []


def test_one_reading_serves_until_rotation_is_due(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """However often it is asked, a token is read once until the broker means to have replaced it."""
    token = workload.ask()
    for _ in range(LIFE // 2 // 10):
        time.advance(10)
        assert workload.ask() == token
    assert len(secret.reads) == 1


def test_a_current_token_comes_with_all_that_belongs_to_it(secret: FakeSecret, reader: TokenReader) -> None:
    """`current` returns the whole token of the document, the same that `token` returns the text of."""
    assert reader.current() == secret.document.token
    assert reader.current().access_token == reader.token()


def test_a_new_token_is_found_after_its_rotation(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Once the rotation is due and a sweep has passed, the new token is found by one reading in the background."""
    old = workload.ask()
    time.advance(LIFE / 2)
    new = secret.rotate()
    time.advance(360)
    assert workload.ask() == old
    assert workload.ask() == new
    assert len(secret.reads) == 2


def test_lesson_a_stored_token_is_no_snapshot(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: a reader that was made or used long ago reads again; what a job saw at its start is not what it uses."""
    workload.ask()
    time.advance(5 * LIFE)
    new = secret.rotate()
    assert workload.ask() == new


def test_nobody_waits_while_a_token_is_held(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """While a reading hangs, every caller gets the token that is held, and no other reading begins."""
    old = workload.ask()
    time.advance(LIFE / 2 + 360)
    gate = secret.hold()
    assert [workload.reader.token() for _ in range(50)] == [old] * 50
    assert gate.reached.wait(30)
    gate.open()
    workload.settle()
    assert len(secret.reads) == 2


def test_no_thread_stays(workload: Workload, time: Time) -> None:
    """A reading in the background leaves no thread behind."""
    before = set(threading.enumerate())
    workload.ask()
    time.advance(LIFE / 2 + 360)
    workload.ask()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()


def test_lesson_the_same_token_again_is_no_storm(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: a store that goes on giving the same token past its rotation is asked about once a minute at most."""
    workload.ask()
    time.advance(LIFE / 2 + 360)
    for _ in range(600):
        time.advance(1)
        workload.ask()
    assert len(secret.reads) <= 1 + 600 / 30


@pytest.mark.parametrize("life", [60, 300, 900, 3600, 43_200])
def test_lesson_a_short_life_is_not_read_for_every_call(life: int) -> None:
    """Lesson: however short a token lives, it is read a few times in its life and not for every call."""
    workload = make_workload()
    workload.secret.rotate(life)
    steps = 200
    for _ in range(steps):
        workload.ask()
        workload.time.advance(life * 0.9 / steps)
    assert len(workload.secret.reads) <= max(6, life / 60)


def test_an_idle_hour_costs_two_calls(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """With rotations every half hour, a reader in steady use calls the store about twice an hour."""
    for second in range(0, 24 * LIFE, 10):
        if second % (LIFE // 2) == 0:
            secret.rotate()
        workload.ask()
        time.advance(10)
    assert 40 <= len(secret.reads) <= 49


def test_lesson_readers_do_not_read_in_step() -> None:
    """Lesson: readers that began together spread their next readings, as their random numbers differ."""
    due = set()
    for number in range(20):
        workload = make_workload(lambda number=number: number / 20)  # type: ignore[misc]
        workload.ask()
        due.add(round(workload.reader._keeper.state.pause, 3))
    assert len(due) == 20
    assert max(due) - min(due) >= 40


def test_the_end_of_a_life_is_not_used(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """The last seconds of a token's life are left unused, for it must still be good when it reaches NetSuite."""
    old = workload.ask()
    time.advance(LIFE - LEEWAY_SECONDS - 20)
    assert workload.ask() == old
    new = secret.rotate()
    time.advance(20)
    assert workload.reader.token() == new


def test_the_end_of_a_life_is_not_used_by_frequent_callers(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Asked every second while the store is down, a reader stops serving exactly when the leeway begins."""
    workload.ask()
    secret.go_down()
    time.advance(LIFE - 90)
    while True:
        try:
            workload.ask()
        except SuiteTokenError:
            break
        time.advance(1)
    assert LIFE - (time.true - NOW) == LEEWAY_SECONDS + 1  # the Date header may hide up to a second


def test_a_reading_under_way_is_the_only_one(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """While a slow reading goes on in the background, later callers are served and begin no other."""
    old = secret.rotate(300)
    workload.ask()
    time.advance(200)
    gate = secret.hold()
    for _ in range(25):
        assert workload.reader.token() == old
        time.advance(1)
    gate.open()
    workload.settle()
    assert len(secret.reads) == 2
