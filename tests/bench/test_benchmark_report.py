"""The benchmarks' own judgement: a goal that is missed is called missed, and the plot can be shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jinja2 import Environment, FileSystemLoader

from tests.bench.arms import CACHING, GET_SECRET, OURS, PROVIDER
from tests.bench.cold import AWS_CLI, BOTO3, OUR_COMMAND, OUR_LIBRARY
from tests.bench.crowd import Crowd
from tests.bench.hot import BASE
from tests.bench.idle import IdleHour
from tests.bench.interleaved import Timing, time_arms
from tests.bench.plot import draw_plot
from tests.bench.results import Results, judge
from tests.bench.week import Week

TEMPLATES = Path(__file__).parent / "templates"


def _time(**seconds: float) -> dict[str, Timing]:
    return {name: Timing((each, each * 2)) for name, each in seconds.items()}


GOOD = Results(
    hot=_time(**{BASE: 1, OURS: 2, PROVIDER: 16, GET_SECRET: 30, CACHING: 400}),
    cold_crowds={OURS: Crowd(calls=1, waits=1000, expired=0)},
    rotation_crowds={OURS: Crowd(calls=1, waits=0, expired=0)},
    week={OURS: Week(asked=10), CACHING: Week(asked=10, expired=5)},
    idle={OURS: IdleHour(calls=2, threads=0)},
    memory={OURS: 3000},
    cold=_time(**{OUR_COMMAND: 1, AWS_CLI: 3, OUR_LIBRARY: 2, BOTO3: 2}),
)


def test_goals_that_are_just_met() -> None:
    """Every goal is met at exactly its limit."""
    assert [goal for goal in judge(GOOD) if not goal.is_met] == []


@pytest.mark.parametrize(
    "worse",
    [
        {"hot": {**GOOD.hot, **_time(**{OURS: 2.01, PROVIDER: 100, GET_SECRET: 100, CACHING: 1000})}},
        {"hot": {**GOOD.hot, **_time(**{PROVIDER: 15.9})}},
        {"hot": {**GOOD.hot, **_time(**{GET_SECRET: 29.9})}},
        {"hot": {**GOOD.hot, **_time(**{CACHING: 399})}},
        {"cold_crowds": {OURS: Crowd(calls=2, waits=1000, expired=0)}},
        {"rotation_crowds": {OURS: Crowd(calls=1, waits=1, expired=0)}},
        {"rotation_crowds": {OURS: Crowd(calls=2, waits=0, expired=0)}},
        {"week": {OURS: Week(expired=1)}},
        {"cold": {**GOOD.cold, **_time(**{OUR_COMMAND: 1.01})}},
    ],
    ids=lambda worse: next(iter(worse)),
)
def test_a_goal_that_is_missed(worse: dict[str, Any]) -> None:
    """A little over a limit is a miss, of that goal alone."""
    assert [goal.is_met for goal in judge(replace(GOOD, **worse))].count(False) == 1


def test_arms_take_turns() -> None:
    """Each round runs every arm once, and every other round runs backwards."""
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return len(order)

    timings = time_arms({name: partial(run, name) for name in "abc"}, rounds=2)
    assert "".join(order) == "abccba"
    assert timings["a"].seconds == (1, 6)


def test_a_ratio_is_that_of_each_round() -> None:
    """A round in which the whole machine was slow does not change it."""
    assert Timing((2, 20, 2)).ratio_to(Timing((1, 10, 1))) == 2


def test_the_plot_is_an_image() -> None:
    """Well-formed, with a bar for each arm, the longest within the drawing."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES))  # noqa: S701 (an SVG of our own numbers)
    drawing = ElementTree.fromstring(draw_plot(GOOD, environment))  # noqa: S314 (just made)
    bars = drawing.findall("{*}rect")
    assert len(bars) == len(GOOD.hot) + len(GOOD.cold) + len(GOOD.week)
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) < 700 for bar in bars)
