"""All that one run measured, and which of the goals it met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.arms import CACHING, GET_SECRET, OURS, PROVIDER
from tests.bench.cold import AWS_CLI, OUR_COMMAND
from tests.bench.crowd import THREADS, Crowd
from tests.bench.hot import BASE
from tests.bench.idle import IdleHour
from tests.bench.interleaved import Timing
from tests.bench.week import Week


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured, by the names of the arms. Times in seconds, memory in bytes."""

    hot: Mapping[str, Timing]
    cold_crowds: Mapping[str, Crowd]
    rotation_crowds: Mapping[str, Crowd]
    week: Mapping[str, Week]
    idle: Mapping[str, IdleHour]
    memory: Mapping[str, float]
    cold: Mapping[str, Timing]


@dataclass(frozen=True, slots=True)
class Goal:
    """`wanted` and `measured` are for people."""

    wanted: str
    measured: str
    is_met: bool


def judge(results: Results) -> list[Goal]:
    """Return every goal with what came out."""
    return [*_judge_hot_reads(results.hot), *_judge_behaviour(results), _judge_command(results.cold)]


def _judge_hot_reads(hot: Mapping[str, Timing]) -> list[Goal]:
    to_base = hot[OURS].ratio_to(hot[BASE])
    goals = [Goal(f"a hot read takes at most 2 times a {BASE}", f"{to_base:.2f} times", to_base <= 2)]
    for peer, least in ((PROVIDER, 8), (GET_SECRET, 15), (CACHING, 200)):
        ratio = hot[peer].ratio_to(hot[OURS])
        goals.append(Goal(f"at least {least} times faster than {peer}", f"{ratio:.1f} times", ratio >= least))
    return goals


def _judge_behaviour(results: Results) -> list[Goal]:
    cold, rotation, week = results.cold_crowds[OURS], results.rotation_crowds[OURS], results.week[OURS]
    return [
        Goal(f"{THREADS} threads with nothing in memory: 1 call", f"{cold.calls}", cold.calls == 1),
        Goal(
            f"{THREADS} threads over a rotation: 1 call, nobody waits",
            f"{rotation.calls} and {rotation.waits}",
            (rotation.calls, rotation.waits) == (1, 0),
        ),
        Goal("no expired token in a week with outages", f"{week.expired}", week.expired == 0),
    ]


def _judge_command(cold: Mapping[str, Timing]) -> Goal:
    ratio = cold[OUR_COMMAND].ratio_to(cold[AWS_CLI])
    wanted = f"{OUR_COMMAND} takes at most a third of {AWS_CLI}"
    return Goal(wanted, f"{ratio:.2f} of it", ratio <= 1 / 3)
