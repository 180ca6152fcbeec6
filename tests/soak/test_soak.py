"""A short run of the simulation: the laws hold, and a seed plays the same again."""

from __future__ import annotations

import pytest

from soak.simulation import make_simulation


def play(seed: int, steps: int, connections: int) -> tuple[int, int, int]:
    """Run a seed; returns its trace, its faults and its checks."""
    with make_simulation(seed, connections) as simulation:
        for _ in range(steps):
            simulation.step()
        return simulation.trace, sum(simulation.log.injected.values()), sum(simulation.laws.checked.values())


@pytest.mark.parametrize("seed", [4])
def test_the_laws_hold_in_all_weathers(seed: int) -> None:
    """A day of three connections, one of each kind; `make soak` runs for as long as one likes."""
    _, _, checks = play(seed, 300, 3)
    assert checks > 500


def test_a_seed_plays_the_same_again() -> None:
    """What fails can be looked at."""
    assert play(7, 100, 3) == play(7, 100, 3)
