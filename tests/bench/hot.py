"""Hot read: what a call costs while everything is in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from timeit import Timer

from tests.bench.arms import make_arms
from tests.bench.interleaved import Timing, time_arms
from tests.bench.store import NAME, BenchStore

BASE = "dict lookup + clock read"
_ROUNDS = 60
_SECONDS = 0.004
_HOUR = 3600


def measure_hot_reads() -> dict[str, Timing]:
    """Return the seconds of one call, for the least that a cache could do and for each arm."""
    store = BenchStore()
    store.rotate()
    held = {NAME: store.versions[store.current]}
    calls: dict[str, Callable[[], object]] = {BASE: _make_base(held)}
    calls |= {arm.name: arm.read for arm in make_arms(store, max_age=_HOUR)}
    for call in calls.values():
        call()
    return time_arms({name: _make_loop(call) for name, call in calls.items()}, _ROUNDS)


def _make_base(held: dict[str, str]) -> Callable[[], str]:
    now = time.time

    def read() -> str:
        now()
        return held[NAME]

    return read


def _make_loop(call: Callable[[], object]) -> Callable[[], float]:
    """Return a function that measures one call as the mean of as many as take a few milliseconds."""
    timer = Timer("call()", globals={"call": call})
    number = max(10, int(_SECONDS / (timer.timeit(100) / 100)))
    return partial(_time_call, timer, number)


def _time_call(timer: Timer, number: int) -> float:
    return timer.timeit(number) / number
