"""The long run: seed after seed for as many seconds as wanted, with its progress shown; a seed that fails is named."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import click

from soak.simulation import SWEEP, make_simulation

_STEPS = 8 * 86_400 // SWEEP
_CONNECTIONS = 6
_SHOWN_EVERY = 5.0


@dataclass
class Sum:
    """What all seeds together came to."""

    steps: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return one line for people."""
        years = self.steps * SWEEP * _CONNECTIONS / (365 * 86_400)
        faults, checks = sum(self.faults.values()), sum(self.checks.values())
        return f"{years:.2f} connection-years, {faults} faults injected, {checks} invariants checked"


def run_seed(seed: int, sums: Sum, until: float, steps: int = _STEPS) -> None:
    """Run one seed and add what it came to; an AssertionError says what broke."""
    with contextlib.redirect_stdout(io.StringIO()), make_simulation(seed, _CONNECTIONS) as simulation:
        try:
            for _ in range(steps):
                simulation.step()
                sums.steps += 1
                if time.monotonic() > until:
                    return
        finally:
            sums.faults += simulation.log.injected
            sums.checks += simulation.laws.checked


def main(seconds: float, seed: int) -> None:
    """Run seeds until the time is over."""
    logging.disable(logging.CRITICAL)
    sums, began = Sum(), time.monotonic()
    shown = began
    while time.monotonic() - began < seconds:
        try:
            run_seed(seed, sums, began + seconds)
        except Exception:
            click.echo(f"seed {seed} fails; again with: make soak SEED={seed}", err=True)
            raise
        if time.monotonic() - shown > _SHOWN_EVERY:
            shown = time.monotonic()
            click.echo(f"seed {seed}: {sums}", err=True)
        seed += 1
    click.echo(sums)
    for kinds in (sums.faults, sums.checks):
        for kind, count in sorted(kinds.items()):
            click.echo(f"  {count:>8}  {kind}")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
