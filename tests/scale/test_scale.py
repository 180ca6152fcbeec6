"""A short run with two thousand connections: what the numbers in docs/cost-and-scale.md rest on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scale.bill import ROTATIONS_PER_HOUR
from tests.scale.cost import find_limits, make_table
from tests.scale.quotas import RATES, WRITES
from tests.scale.simulation import Report, simulate, sweep_by_asking_for_all, workers_for

MANY, FEW = 1200, 300

pytestmark = pytest.mark.timeout(600)  # one simulation for all of them: half a minute, on a busy machine minutes


@pytest.fixture(scope="module")
def report() -> Report:
    """Two simulated hours of a deployment."""
    return simulate(MANY, 2, workers=workers_for(MANY))


@pytest.mark.slow
def test_no_reader_gets_an_expired_token(report: Report) -> None:
    """Every token is replaced long before its end: the oldest has lived well under an hour."""
    assert report.expired == 0
    assert report.oldest < 2400


def test_only_what_is_due_is_looked_at(report: Report) -> None:
    """One look for each rotation, three reads and two writes."""
    assert report.looks == report.rotations
    assert report.meter.calls["GetSecretValue"] == 3 * report.rotations
    assert report.meter.calls[WRITES] == 2 * report.rotations


def test_rotations_are_spread(report: Report) -> None:
    """No sweep has much more to do than another, and no write waits for the quota."""
    assert report.spread < 1.5
    assert report.meter.peak_writes <= RATES[WRITES]
    assert sum(report.meter.waited.values()) == 0


def test_each_connection_is_rotated_about_every_half_hour(report: Report) -> None:
    """Neither forgotten nor rotated for nothing."""
    assert MANY * 3 <= report.rotations <= MANY * 5


def test_before_every_connection_was_looked_at_in_every_sweep() -> None:
    """What the list of secrets saves: five of six looks."""
    before = simulate(FEW, 1, workers=5, sweep=sweep_by_asking_for_all)
    assert before.looks == FEW * 12
    assert before.looks > 5 * before.rotations


def test_the_sweep_grows_with_the_connections_and_no_faster() -> None:
    """Four times as many take at most four times as long."""
    few, many = (simulate(size, 0.5, workers=5) for size in (FEW, 4 * FEW))
    assert max(many.sweep_seconds) <= 4 * max(few.sweep_seconds)


PAGE = (Path(__file__).parents[2] / "docs/cost-and-scale.md").read_text(encoding="utf-8")


def test_the_page_has_the_table_that_is_computed() -> None:
    """Dollars and calls, to the cent."""
    assert make_table() in PAGE


def test_the_page_names_each_limit_where_it_is_met() -> None:
    """Up to how many connections, the nearest first."""
    reaches = [f"{reach:,}" for reach in find_limits().values()]
    assert (
        re.findall(r"^\| ([0-9,]+) \| ", PAGE.partition("## What is met first")[2].partition("\n\n[")[0], re.M)
        == reaches
    )


def test_the_cost_rests_on_what_the_simulation_counts(report: Report) -> None:
    """How often a connection is rotated in an hour."""
    steady = sum(number for sweep, number in report.rotated_by_sweep.items() if sweep >= 12)
    assert steady / MANY == pytest.approx(ROTATIONS_PER_HOUR, rel=0.2)
