"""The long run: seed after seed for as many seconds as wanted, with its progress shown; a seed that fails is named."""

from __future__ import annotations

import gc
import logging
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count

import click

from tests.soak.laws import Broken
from tests.soak.simulation import STEPS_A_DAY, make_simulation

_YEAR = 365
_SHOWN_EVERY = 5.0


@dataclass
class Sum:
    """What some days of simulated time came to; `broken` says which law did not hold."""

    seed: int
    days: int = 0
    connection_days: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    consents: int = 0
    most_versions: int = 0
    broken: str = ""

    def add(self, other: Sum) -> None:
        """Add what another run came to."""
        self.days += other.days
        self.connection_days += other.connection_days
        self.faults += other.faults
        self.checks += other.checks
        self.consents += other.consents
        self.most_versions = max(self.most_versions, other.most_versions)
        self.broken = self.broken or other.broken

    def __str__(self) -> str:
        """Return one line for people."""
        years, faults, checks = self.connection_days / _YEAR, self.faults.total(), self.checks.total()
        return f"{years:,.2f} connection-years, {faults:,} faults injected, {checks:,} invariants checked"


@dataclass(frozen=True)
class Wanted:
    """What each seed is to run: so many connections, simulated days, times as many accidents as usual."""

    connections: int
    days: int
    accidents: float


_stopped: list[int] = []
"""Holds something once Ctrl-C was pressed: a seed ends with its day, and is told as one that ran out of time."""


def _stop(number: int, _: object) -> None:
    _stopped.append(number)


def run_seed(seed: int, wanted: Wanted, until: float) -> Sum:
    """Run a seed, or as much of it as there is time for (monotonic seconds)."""
    signal.signal(signal.SIGINT, _stop)
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000, 50, 50)  # nothing here is in circles but what errors leave
    came_to, shown = Sum(seed), time.monotonic()
    with make_simulation(seed, wanted.connections, wanted.accidents) as simulation:
        try:
            for _ in range(wanted.days):
                for _ in range(STEPS_A_DAY):
                    simulation.step()
                came_to.days += 1
                if time.monotonic() > until or _stopped:
                    break
                if time.monotonic() - shown > _SHOWN_EVERY:
                    shown = time.monotonic()
                    checks = simulation.laws.checked.total()
                    click.echo(f"  seed {seed}: day {came_to.days} of {wanted.days}, {checks:,} checks", err=True)
        except Broken as broken:
            came_to.broken = f"day {came_to.days + 1}: {broken}"
        except Exception as error:
            error.add_note(f"in the simulation of seed {seed}, day {came_to.days + 1}")
            raise
        came_to.connection_days = came_to.days * wanted.connections
        came_to.faults += simulation.log.injected
        came_to.checks += simulation.laws.checked
        came_to.consents = len(simulation.netsuite.consents)
        came_to.most_versions = simulation.laws.most_versions
    return came_to


def run_seeds(seeds: Iterator[int], wanted: Wanted, seconds: float, jobs: int) -> Iterator[Sum]:
    """Yield what each seed came to, several at the same time, until the time is over or one fails."""
    until = time.monotonic() + seconds
    with ProcessPoolExecutor(jobs) as pool:
        running: set[Future[Sum]] = set()
        while running or (time.monotonic() < until and not _stopped):
            while len(running) < jobs and time.monotonic() < until and not _stopped:
                running.add(pool.submit(run_seed, next(seeds), wanted, until))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
                until = 0.0 if future.result().broken else until


@click.command(
    help="Simulate deployments with everything going wrong, and check their laws at every step.\n\n"
    "Example: make soak SECONDS=3600 CONNECTIONS=200 DAYS=365 JOBS=2"
)
@click.option("--seconds", type=float, default=60, show_default=True, help="Real time to run for; a seed ends early.")
@click.option("--seed", type=int, default=1, show_default=True, help="The first seed; the others follow it.")
@click.option("--connections", type=click.IntRange(3), default=30, show_default=True, help="A third of each kind.")
@click.option("--days", type=click.IntRange(1), default=20, show_default=True, help="Simulated days of each seed.")
@click.option(
    "--accidents", type=click.FloatRange(0, 50), default=1, show_default=True, help="Deaths and sleeps, times as many."
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Seeds at the same time.")
def main(seconds: float, seed: int, connections: int, days: int, accidents: float, jobs: int) -> None:
    """Run seeds until the time is over, one fails, or Ctrl-C ends them with their day; then tell what it came to."""
    signal.signal(signal.SIGINT, _stop)
    total = Sum(seed)
    for came_to in run_seeds(count(seed), Wanted(connections, days, accidents), seconds, jobs):
        total.add(came_to)
        size = f"CONNECTIONS={connections} DAYS={days} ACCIDENTS={accidents:g}"
        again = f"make soak SEED={came_to.seed} {size} SECONDS=9000"
        click.echo(f"seed {came_to.seed}: {came_to.days} days of {connections} connections; in all {total}", err=True)
        if came_to.broken:
            click.echo(f"seed {came_to.seed} fails, {came_to.broken}\nthe same again: {again}", err=True)
    click.echo(f"{total}; {total.consents:,} consents; {total.most_versions} versions of a secret in a day at most")
    for kinds in (total.faults, total.checks):
        for kind, number in sorted(kinds.items()):
            click.echo(f"  {number:>12,}  {kind}")
    if total.broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
