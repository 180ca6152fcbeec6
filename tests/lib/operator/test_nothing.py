"""Lists that are empty: because nothing has been added yet, or because nothing is deployed there."""

from __future__ import annotations

import pytest

from tests.terminals.operator import Desk
from tests.worlds.world import REGION

LISTS = [["status"], ["connection", "list"], ["client", "list"], ["certificate", "list"]]


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
@pytest.mark.parametrize(
    ("given", "place"),
    [
        (["--prefix", "elsewhere"], f"prefix elsewhere in {REGION}"),
        (["--region", "eu-west-3"], "prefix suitetoken in eu-west-3"),
    ],
    ids=["prefix", "region"],
)
def test_a_place_where_nothing_is_deployed_is_named(
    office: Desk, command: list[str], given: list[str], place: str
) -> None:
    """A monitor with a typing mistake must not see health. A machine's list is empty, and stays JSON."""
    person, machine = office.type(*command, *given), office.type(*command, *given, "--json")
    assert (person.code, person.out, machine.code, machine.json) == (4, "", 4, [])
    for said in (person.err, machine.err):
        assert (f"nothing is deployed with the {place}" in said, "suitetoken doctor" in said) == (True, True)


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_an_empty_deployment_is_told_from_none(desk: Desk, command: list[str]) -> None:
    """What to add first, and where one has looked; a machine's standard error stays empty."""
    person, machine = desk.type(*command), desk.type(*command, "--json")
    assert (person.code, person.out, machine.code, machine.json, machine.err) == (0, "", 0, [], "")
    assert f"yet with the prefix suitetoken in {REGION}. Next: `suitetoken c" in person.err
    assert "nothing is deployed" not in person.err


def test_one_connection_that_is_not_there_is_not_found(office: Desk) -> None:
    """Whether or not anything is deployed there."""
    for given in ([], ["--prefix", "elsewhere"]):
        assert office.type("status", "nobody", *given).code == 4
