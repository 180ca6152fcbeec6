"""A simulated week: tokens rotate every half hour, the secret store fails now and then, and each arm keeps asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random, seed
from typing import Any

from suitetoken.reader.timing import LEEWAY_SECONDS
from tests.bench.arms import Arm, make_caching, make_get_secret, make_ours
from tests.bench.simulated_time import Clock, simulated_time
from tests.bench.store import LIFE, ROTATE_AFTER, BenchStore
from tests.samples.tokens import NOW

ASK_SECONDS = 10
SWEEP_SECONDS = 300
WEEK_SECONDS = 7 * 86_400
OUTAGE_MINUTES = (1, 3, 10, 25, 50, 90, 240)
"""One outage of each length, at times drawn with a fixed seed. From 50 minutes on a token may end in it."""
_SEED = 20_261_123

MAKERS: tuple[Callable[[BenchStore], Arm], ...] = (make_ours, make_get_secret, make_caching)


@dataclass(slots=True)
class Week:
    """What one arm did; `dropped` counts failures while the last token it had handed out was still good.

    `calls` are those that the store answered, `calls_in_outages` those that it did not.
    """

    asked: int = 0
    expired: int = 0
    failed: int = 0
    dropped: int = 0
    calls: int = 0
    calls_in_outages: int = 0
    last_end: float = 0


def simulate_week() -> dict[str, Week]:
    """Return each arm's week. All go through the same one, each at its default settings."""
    return {arm.name: week for arm, week in map(_live_through, MAKERS)}


def draw_outages(random: Random) -> list[range]:
    """Return when the store neither answers nor takes a new token, in seconds of the week."""
    lengths = [60 * minutes for minutes in OUTAGE_MINUTES]
    return [range(begin, begin + length) for length in lengths for begin in [random.randrange(WEEK_SECONDS - length)]]


def _live_through(make_arm: Callable[[BenchStore], Arm]) -> tuple[Arm, Week]:
    seed(_SEED)  # the peers draw from the module's generator
    outages = draw_outages(Random(_SEED))  # noqa: S311 (a simulation)
    with simulated_time(NOW) as clock:
        store = BenchStore(now=clock)
        store.rotate()
        arm, week = make_arm(store), Week()
        for second in range(0, WEEK_SECONDS, ASK_SECONDS):
            clock.now = NOW + second
            store.is_down = _is_within(outages, second)
            if second % SWEEP_SECONDS == 0:
                _sweep(store, clock)
            _ask(arm, store, clock, week)
        week.calls_in_outages = store.unanswered
        week.calls = store.calls.total() - store.unanswered
    return arm, week


def _is_within(spans: Iterable[range], second: int) -> bool:
    return any(second in span for span in spans)


def _sweep(store: BenchStore, clock: Clock) -> None:
    """Rotate as the broker does: at the first sweep at which it is due and the store takes the token."""
    if clock.now >= store.expires_at - LIFE + ROTATE_AFTER and not store.is_down:
        store.rotate()


def _ask(arm: Arm, store: BenchStore, clock: Clock, week: Week) -> None:
    week.asked += 1
    answer = _read(arm)
    if answer is None:
        week.failed += 1
        week.dropped += clock.now < week.last_end - LEEWAY_SECONDS
        return
    week.last_end = store.find_end(arm.find_token(answer))
    week.expired += clock.now >= week.last_end


def _read(arm: Arm) -> Any:
    """Return the answer, or None where the arm raises."""
    try:
        return arm.read()
    except Exception:  # noqa: BLE001 - peers raise what the client raises, and errors of their own
        return None
    finally:
        arm.settle()
