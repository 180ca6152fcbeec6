"""`make bench`: measures everything in one run, says what came out, and writes the report."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import click

from tests.bench.cold import measure_cold_starts
from tests.bench.crowd import THREADS, gather_cold_crowds, gather_rotation_crowds
from tests.bench.hot import measure_hot_reads
from tests.bench.idle import count_idle_calls, measure_memory
from tests.bench.report import write_report
from tests.bench.results import Goal, Results, judge
from tests.bench.week import simulate_week

T = TypeVar("T")


def _run(what: str, measure: Callable[[], T]) -> T:
    click.echo(f"{what} … ", nl=False)
    began = time.monotonic()
    found = measure()
    click.echo(f"{time.monotonic() - began:.0f} s")
    return found


def _measure_all() -> Results:
    return Results(
        hot=_run("hot reads", measure_hot_reads),
        cold_crowds=_run("1,000 threads, cold", gather_cold_crowds),
        rotation_crowds=_run("1,000 threads over a rotation", gather_rotation_crowds),
        week=_run("a simulated week", simulate_week),
        idle=_run("calls in an hour", count_idle_calls),
        memory=_run("memory", measure_memory),
        cold=_run("cold starts", measure_cold_starts),
    )


def _show(goal: Goal) -> None:
    click.echo(f"  {'met   ' if goal.is_met else 'MISSED'}  {goal.wanted}: {goal.measured}")


def _show_behaviour(results: Results) -> None:
    for name, week in results.week.items():
        cold, rotation = results.cold_crowds[name].calls, results.rotation_crowds[name]
        click.echo(
            f"  {name}: {week.expired} expired tokens in the week; {THREADS} threads cold {cold} calls, "
            f"over a rotation {rotation.calls} calls and {rotation.waits} waits"
        )


def main() -> None:
    """Measure, write, and show the goals; a missed one does not fail the run."""
    results = _measure_all()
    page = write_report(results)
    for goal in judge(results):
        _show(goal)
    _show_behaviour(results)
    click.echo(f"Written: {'/'.join(page.parts[-3:])}, and the plot beside it.")


if __name__ == "__main__":
    main()
