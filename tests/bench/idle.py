"""What a token costs while it is only kept: calls of the store in an hour, and memory."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass
from random import seed
from threading import active_count

from tests.bench.arms import CACHING, OURS, PROVIDER, make_arms
from tests.bench.peers_in_bulk import make_holders
from tests.bench.simulated_time import simulated_time
from tests.bench.store import LIFE, ROTATE_AFTER, BenchStore
from tests.samples.tokens import NOW

HOURS = 24
HOLDERS = 1000


@dataclass(frozen=True, slots=True)
class IdleHour:
    """Calls of the store in an hour in which a token is asked for every second, and threads that are left by it."""

    calls: float
    threads: int


def count_idle_calls() -> dict[str, IdleHour]:
    """Return each arm's calls in an hour, as the mean of a day of half-hourly rotations."""
    return {arm.name: _keep(arm.name) for arm in make_arms(BenchStore())}


def _keep(name: str) -> IdleHour:
    seed(1)
    threads = active_count()
    with simulated_time(NOW) as clock:
        store = BenchStore(now=clock)
        store.rotate()
        arm = next(arm for arm in make_arms(store) if arm.name == name)
        for second in range(HOURS * 3600):
            clock.now = NOW + second
            if clock.now >= store.expires_at - LIFE + ROTATE_AFTER:
                store.rotate()
            arm.read()
            arm.settle()
    return IdleHour(store.calls.total() / HOURS, active_count() - threads)


def measure_memory() -> dict[str, float]:
    """Return the bytes that each of 1,000 tokens takes, the document's text included; the client is shared.

    A peer's cache is one for all of them. What importing a library takes is not counted.
    """
    return {name: _measure(name) for name in (OURS, PROVIDER, CACHING)}


def _measure(name: str) -> float:
    store = BenchStore()
    store.rotate()
    make_holders(name, store, 1)  # whatever is made once for all
    gc.collect()
    tracemalloc.start()
    holders = make_holders(name, store, HOLDERS)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del holders
    return size / HOLDERS
