"""docs/kill-points.md says what killing the broker shows; that each death ends well, test_kill_points.py holds."""

from __future__ import annotations

import re

import pytest

from kill_points import FLOWS, KINDS, TABLE, Flow, list_effects, make_rows
from machine_kill_points import MACHINE_FLOWS, MachineFlow, list_machine_effects, make_machine_rows

PAGE = TABLE.read_text(encoding="utf-8")


def section(flow: Flow, kind: str) -> str:
    """Return the page's table of one flow."""
    return PAGE.partition(f"## {flow.name.capitalize()}, {kind} client\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_the_table_lists_every_side_effect(flow: Flow, kind: str) -> None:
    """In order; where this fails, run `python tests/kill_points.py` and look at what has changed."""
    assert re.findall(r"^\| \d+ \| `(.+?)` \|", section(flow, kind), re.MULTILINE) == list_effects(flow, KINDS[kind])


@pytest.mark.parametrize("flow", MACHINE_FLOWS, ids=lambda flow: flow.name)
def test_the_table_lists_every_side_effect_without_a_person(flow: MachineFlow) -> None:
    """In order; and the request itself, killed anew, is as the table says."""
    rows = PAGE.partition(f"## {flow.name.capitalize()}, machine to machine\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| \d+ \| `(.+?)` \|", rows, re.MULTILINE) == list_machine_effects(flow)
    assert next(make_machine_rows(flow)) in rows


def test_the_rows_of_the_window_are_current() -> None:
    """The rotation of a one-time refresh token, killed anew."""
    rotation = next(flow for flow in FLOWS if flow.name == "rotation")
    assert "\n".join(make_rows(rotation, KINDS["public"])) in section(rotation, "public")


def test_no_death_is_left_unhealed() -> None:
    """And the window is two instants of one flow."""
    assert "BROKEN" not in PAGE
    assert PAGE.count("| **window** |") == 2
