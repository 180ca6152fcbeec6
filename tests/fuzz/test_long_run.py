"""The long run finds what is broken, says how to have it again, and ends by itself."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner
from hypothesis import strategies as st

from tests.fuzz.__main__ import main, print_table
from tests.fuzz.guided_run import list_parsers
from tests.fuzz.long_run import Measured, fuzz, share_out
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS
from tests.fuzz.texts import list_seeds

AN_HOUR = 3600.0


def refuse_large(number: int) -> None:
    """Hold a law that numbers from 1000 on break."""
    assert number < 1000


def try_out(target: Target, inputs: int = 200, seconds: float = AN_HOUR, slowest_seconds: float = 60) -> Measured:
    """Fuzz one target."""
    measured = Measured(target, inputs)
    fuzz(measured, 1, time.monotonic() + seconds, slowest_seconds=slowest_seconds)
    return measured


def test_a_broken_law_is_told_with_the_smallest_input_and_how_to_have_it_again() -> None:
    """Whoever reads it can begin at once."""
    measured = try_out(Target("numbers", st.integers(0, 10**6), refuse_large))
    assert "value=1000" in measured.failure
    assert 'make fuzz TARGET="numbers" SEED=1 INPUTS=200' in measured.failure


def test_the_same_seed_draws_the_same_inputs() -> None:
    """A failure would be lost otherwise."""
    drawn: list[list[int]] = []
    for _ in range(2):
        drawn.append([])
        try_out(Target("numbers", st.integers(), drawn[-1].append), 100)
    assert drawn[0] == drawn[1]


def test_an_input_that_takes_too_long_is_a_failure() -> None:
    """Time is bounded as much as anything else."""
    numbers = Target("numbers", st.integers(), lambda _: None)
    assert "one input took" in try_out(numbers, slowest_seconds=-1).failure


def test_it_ends_when_its_time_is_over() -> None:
    """A run of the night is over in the morning."""
    assert try_out(Target("numbers", st.integers(), lambda _: None), seconds=-1).inputs == 0


def test_every_target_has_a_part_of_the_inputs() -> None:
    """By their shares, and none goes without."""
    assert all(each.wanted for each in share_out(list(TARGETS), len(TARGETS)))
    assert abs(sum(each.wanted for each in share_out(list(TARGETS), 100_000)) - 100_000) < len(TARGETS)
    assert len({target.name for target in TARGETS}) == len(TARGETS)


def test_the_table_names_every_target(capsys: pytest.CaptureFixture[str]) -> None:
    """And says which failed."""
    print_table([Measured(TARGETS[0], 5, 5, 1.0, 0.002, 3.0), Measured(TARGETS[1], 5, failure="broken")])
    table = capsys.readouterr().out
    assert TARGETS[0].name in table
    assert "FAILED" in next(line for line in table.splitlines() if line.startswith(TARGETS[1].name))


def test_a_target_can_be_named() -> None:
    """An unknown one is answered with those that there are."""
    assert CliRunner().invoke(main, ["--list"]).exit_code == 0
    unknown = CliRunner().invoke(main, ["--target", "nothing"])
    assert (unknown.exit_code, TARGETS[0].name in unknown.output) == (2, True)


@pytest.mark.parametrize("name", list_parsers())
def test_guided_fuzzing_begins_with_whole_texts(name: str) -> None:
    """Coverage grows from there."""
    assert list_seeds(name)
