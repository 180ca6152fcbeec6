"""Writes what was measured under docs/benchmarks: a page and a plot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.bench.arms import OURS
from tests.bench.cold import AWS_CLI
from tests.bench.crowd import THREADS
from tests.bench.hot import BASE
from tests.bench.idle import HOLDERS
from tests.bench.machine import describe_machine, list_versions
from tests.bench.plot import draw_plot
from tests.bench.results import Results, judge
from tests.bench.week import ASK_SECONDS, OUTAGE_MINUTES

_TEMPLATES = Path(__file__).parent / "templates"
_FOLDER = Path(__file__).parents[2] / "docs/benchmarks"


def write_report(results: Results) -> Path:
    """Write page and plot, and return the page's path."""
    environment = Environment(  # noqa: S701 (Markdown and numbers of our own)
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    _FOLDER.mkdir(parents=True, exist_ok=True)
    (_FOLDER / "plot.svg").write_text(draw_plot(results, environment), encoding="utf-8")
    page = _FOLDER / "README.md"
    page.write_text(environment.get_template("report.md").render(_make_context(results)), encoding="utf-8")
    return page


def _make_context(results: Results) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "goals": judge(results),
        "results": results,
        "base": results.hot[BASE],
        "ours": results.hot[OURS],
        "aws_cli": results.cold[AWS_CLI],
        "threads": THREADS,
        "holders": HOLDERS,
        "ask_seconds": ASK_SECONDS,
        "outages": OUTAGE_MINUTES,
    }
