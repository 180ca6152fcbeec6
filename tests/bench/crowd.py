"""1,000 threads ask at once: with nothing in memory, and when the token in memory is due to be read again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import seed
from threading import Barrier, Event, Thread

from tests.bench.arms import Arm, make_caching, make_get_secret, make_ours, make_provider
from tests.bench.simulated_time import simulated_time
from tests.bench.store import LIFE, ROTATE_AFTER, BenchStore
from tests.samples.tokens import NOW

THREADS = 1000
_QUIET_SECONDS = 0.5
MAKERS: tuple[Callable[[BenchStore], Arm], ...] = (make_ours, make_provider, make_get_secret, make_caching)


@dataclass(slots=True)
class Crowd:
    """`calls` of the store by the whole crowd; `waits` are threads that had no answer before the store gave one."""

    calls: int
    waits: int
    expired: int


@dataclass
class _Gate:
    """Holds up every call of the store until nobody comes back any more who does not wait for it."""

    answers: list[object] = field(default_factory=list)
    opened: Event = field(default_factory=Event)

    def hold(self) -> None:
        """Wait in a call of the store."""
        self.opened.wait()

    def open_when_quiet(self) -> int:
        """Open when nobody has come back for a while; return how many had by then."""
        seen = -1
        while seen < len(self.answers) < THREADS or seen < 0:
            seen = len(self.answers)
            time.sleep(_QUIET_SECONDS)
        before = len(self.answers)
        self.opened.set()
        return before


def gather_cold_crowds() -> dict[str, Crowd]:
    """Return what each arm does when 1,000 threads want a token and it has read nothing yet."""
    return {arm.name: crowd for arm, crowd in (_gather(make_arm, is_cold=True) for make_arm in MAKERS)}


def gather_rotation_crowds() -> dict[str, Crowd]:
    """Return what each arm does when 1,000 threads want a token after a rotation, with the old one not yet at its end.

    The peers' cache time has run out by then; nothing is past the token's end.
    """
    return {arm.name: crowd for arm, crowd in (_gather(make_arm, is_cold=False) for make_arm in MAKERS)}


def _gather(make_arm: Callable[[BenchStore], Arm], *, is_cold: bool) -> tuple[Arm, Crowd]:
    seed(1)  # aws-secretsmanager-caching draws its cache time
    with simulated_time(NOW) as clock:
        store = BenchStore(now=clock)
        store.rotate()
        arm = make_arm(store)
        if not is_cold:
            arm.read()
            clock.now += ROTATE_AFTER
            store.rotate()
            clock.now += LIFE - ROTATE_AFTER - 60  # a minute before the old token's end: whatever is due is due by now
        store.calls.clear()
        gate = _Gate()
        store.before_answer = gate.hold
        before = _ask_at_once(arm, gate)
        arm.settle()
        expired = sum(clock.now >= store.find_end(arm.find_token(answer)) for answer in gate.answers)
    return arm, Crowd(store.calls.total(), THREADS - before, expired)


def _ask_at_once(arm: Arm, gate: _Gate) -> int:
    """Let everybody ask; return how many had their answer before the store gave one."""
    barrier = Barrier(THREADS + 1)

    def ask() -> None:
        barrier.wait()
        gate.answers.append(arm.read())

    threads = [Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    barrier.wait()
    before = gate.open_when_quiet()
    for thread in threads:
        thread.join()
    return before
