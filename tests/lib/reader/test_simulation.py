"""Whole weeks in a moment: rotations, outages and clocks that go wrong, with one law: no ended token is handed out."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.errors import SuiteTokenError
from tests.readers.fake_secret import LIFE, FakeSecret, Workload, make_workload

WEEK = 7 * 86_400
ROTATION = LIFE // 2


def _ask(workload: Workload) -> bool:
    """Ask once, and check the law; return whether there was a token."""
    try:
        token = workload.reader.current()
    except SuiteTokenError:
        return False
    finally:
        workload.settle()
    assert token.issued_at - 1 <= workload.time.true < token.expires_at
    return True


def _is_good(secret: FakeSecret, true: float) -> bool:
    token = secret.document.token
    return secret.outage is None and token is not None and true < token.expires_at - 60


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_week_with_outages(seed: int) -> None:
    """In a week of half-hourly rotations with outages of store and broker, every token handed out is good.

    A token is there whenever the store can give one, 10 seconds later at most, and readings stay few.
    """
    chance = Random(seed)  # noqa: S311 - a simulation
    workload = make_workload(chance.random)
    time, secret = workload.time, workload.secret
    next_rotation = outage_ends = time.true
    missing_since: float | None = None
    reads_while_served = 0
    end = time.true + WEEK
    while time.true < end:
        if time.true >= next_rotation:
            secret.rotate()
            next_rotation += ROTATION + (chance.random() < 0.03) * chance.uniform(0, 2 * LIFE)
        if secret.outage is None and chance.random() < 0.0003:
            secret.go_down()
            outage_ends = time.true + chance.choice([30, 300, 3000, 9000])
        if secret.outage is not None and time.true >= outage_ends:
            secret.come_back()
        reads_before = len(secret.reads)
        served = _ask(workload)
        reads_while_served += served * (len(secret.reads) - reads_before)
        missing_since = None if served or not _is_good(secret, time.true) else missing_since or time.true
        assert missing_since is None or time.true - missing_since <= 10
        time.advance(5)
    assert reads_while_served <= 7 * 24 * 12


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pass", "rotate", "down", "up", "complain", "withdraw", "reject", "nudge"]),
        st.one_of(st.floats(0.1, 20), st.floats(0.1, 2 * LIFE)),
    ),
    max_size=60,
)


def _happen(workload: Workload, what: str, seconds: float) -> None:
    time, secret = workload.time, workload.secret
    acts: dict[str, Callable[[], object]] = {
        "rotate": secret.rotate,
        "down": secret.go_down,
        "up": secret.come_back,
        "complain": secret.complain,
        "withdraw": secret.withdraw,
        "reject": lambda: workload.reader.invalidate(
            secret.document.token.access_token if secret.document.token else ""
        ),
        "freeze": lambda: time.freeze(seconds),
        "back": lambda: time.set_wall(-seconds),
        "forward": lambda: time.set_wall(seconds),
        "nudge": lambda: time.advance(0.01),
        "pass": lambda: time.advance(seconds),
    }
    acts[what]()


@given(STEPS, st.integers())
def test_whatever_happens_no_ended_token_is_handed_out(steps: list[tuple[str, float]], seed: int) -> None:
    """In any order of rotations, outages, problems and reports, every token handed out has not ended."""
    workload = make_workload(Random(seed).random)  # noqa: S311 - a simulation
    for what, seconds in steps:
        _happen(workload, what, seconds)
        _ask(workload)


@given(STEPS, st.lists(st.tuples(st.integers(0, 60), st.floats(1, 3 * LIFE)), max_size=6), st.booleans())
def test_whatever_the_wall_clock_does_no_ended_token_is_handed_out(
    steps: list[tuple[str, float]], jumps: list[tuple[int, float]], forward: bool
) -> None:
    """In any such order the wall clock may also be set back, and forth, and the law still holds."""
    workload = make_workload()
    for number, (what, seconds) in enumerate(steps):
        for where, jump in jumps:
            if where == number:
                _happen(workload, "forward" if forward and jump < LIFE / 8 else "back", jump)
        _happen(workload, what, seconds)
        _ask(workload)


@given(STEPS, st.lists(st.tuples(st.integers(0, 60), st.floats(1, 3 * LIFE)), max_size=6))
def test_however_long_it_was_frozen_no_ended_token_is_handed_out(
    steps: list[tuple[str, float]], freezes: list[tuple[int, float]]
) -> None:
    """In any such order the process may also be frozen, as a Lambda function is, and the law still holds."""
    workload = make_workload()
    for number, (what, seconds) in enumerate(steps):
        for where, freeze in freezes:
            if where == number:
                _happen(workload, "freeze", freeze)
        _happen(workload, what, seconds)
        _ask(workload)


@given(STEPS)
def test_without_a_good_token_the_store_is_asked_once_in_ten_seconds(steps: list[tuple[str, float]]) -> None:
    """While there is no token to hand out, calls of the store are 10 seconds apart, however many callers ask."""
    workload = make_workload()
    reads = workload.secret.reads
    for what, seconds in steps:
        _happen(workload, what, seconds)
        if _ask(workload):
            continue
        before = len(reads)
        for _ in range(9):
            workload.time.advance(0.1)
            _ask(workload)
        has_read = workload.reader._keeper.state.reading is not None
        assert len(reads) - before <= (1 if has_read else 2)
