"""A short run of the simulation: the laws hold, a seed plays the same again, and the laws would tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from suitetoken.aws.records import connection_secret, token_secret
from tests.soak.agenda import Case
from tests.soak.laws import Broken
from tests.soak.simulation import STEPS_A_DAY, Simulation, make_simulation
from tests.soak.weather import Act


def play(seed: int, days: int, connections: int) -> Simulation:
    """Run a seed."""
    with make_simulation(seed, connections) as simulation:
        for _ in range(days * STEPS_A_DAY):
            simulation.step()
        return simulation


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_laws_hold_in_all_weathers(seed: int) -> None:
    """Three days of six connections, two of each kind; `make soak` runs for as long as one likes."""
    simulation = play(seed, 3, 6)
    assert simulation.laws.checked.total() > 10_000
    assert simulation.log.injected.total() > 100


def test_a_seed_plays_the_same_again() -> None:
    """What fails can be looked at."""
    assert play(7, 1, 6).trace == play(7, 1, 6).trace


def look(simulation: Simulation, case: Case) -> None:
    """Check what is checked at each step and after each act."""
    simulation.laws.check_served(case)
    simulation.laws.check_act(case, Act(case, 0.0))


def bring_back_older_token(simulation: Simulation, name: str) -> None:
    """Put the token before over the one in use."""
    held = simulation.laws.secrets.held[f"suitetoken/{token_secret(name)}"]
    current, before = held.find("AWSCURRENT"), held.find("AWSPREVIOUS")
    held.bodies[current] = held.bodies[before]


def lose_grant(simulation: Simulation, name: str) -> None:
    """Forget the answer to a refresh, wherever it is."""
    held = simulation.laws.secrets.held[f"suitetoken/{connection_secret(name)}"]
    simulation.netsuite.consents[-1].valid = {"another"}
    held.labels = {version: ("AWSCURRENT",) for version, labels in held.labels.items() if "AWSCURRENT" in labels}


def forget_token(simulation: Simulation, name: str) -> None:
    """Let readers find a token that has expired long ago."""
    simulation.cases[name].trouble -= 10_000
    simulation.cases[name].token_ends = simulation.clock.now - 6000


@pytest.mark.parametrize(
    ("sabotage", "law"),
    [
        (bring_back_older_token, "no older token over a newer one"),
        (lose_grant, "no grant lost"),
        (forget_token, "short trouble is not noticed"),
    ],
)
def test_a_law_that_is_broken_is_named(sabotage: Callable[[Simulation, str], None], law: str) -> None:
    """A check that cannot fail would be worth nothing."""
    name = "connection-1"
    with make_simulation(3, 2) as simulation:
        while len(simulation.netsuite.consents) < 1 or not simulation.cases[name].newest[1]:
            simulation.step()
        for _ in range(10):
            simulation.step()
        case = simulation.cases[name]
        sabotage(simulation, name)
        with pytest.raises(Broken, match=f"{name} \\(public\\) at .*: {law}"):
            look(simulation, case)
