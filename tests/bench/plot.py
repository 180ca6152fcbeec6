"""The plot of a report: bars in an SVG that reads well on light and dark ground."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment

from tests.bench.arms import OURS
from tests.bench.cold import OUR_COMMAND, OUR_LIBRARY
from tests.bench.results import Results

_WIDEST = 330
_NARROWEST = 2
_OURS = {OURS, OUR_COMMAND, OUR_LIBRARY}


@dataclass(frozen=True, slots=True)
class Bar:
    """One arm; `width` in the drawing's units."""

    name: str
    label: str
    width: float
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A headline and its bars, which share a scale."""

    title: str
    bars: list[Bar]


def draw_plot(results: Results, environment: Environment) -> str:
    """Return the SVG's text."""
    hot = {name: timing.median * 1e9 for name, timing in results.hot.items()}
    cold = {name: timing.median * 1e3 for name, timing in results.cold.items()}
    expired = {name: float(week.expired) for name, week in results.week.items()}
    panels = [
        _make_panel("Hot read, ns (logarithmic)", hot, is_logarithmic=True),
        _make_panel("Cold start of a process, ms", cold),
        _make_panel("Expired tokens handed out in a simulated week", expired),
    ]
    return environment.get_template("plot.svg").render(panels=panels)


def _make_panel(title: str, values: Mapping[str, float], *, is_logarithmic: bool = False) -> Panel:
    most = max(values.values()) or 1
    bars = [
        Bar(name, f"{value:,.0f}", _find_width(value, most, is_logarithmic=is_logarithmic), name in _OURS)
        for name, value in values.items()
    ]
    return Panel(title, bars)


def _find_width(value: float, most: float, *, is_logarithmic: bool) -> float:
    share = math.log10(max(value, 1)) / math.log10(most) if is_logarithmic else value / most
    return round(max(_NARROWEST, _WIDEST * share), 1)
