"""What docs/iam.md says: its table of roles, and the policies it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "iam.md"
ROLES = {"web": "WebRole", "sweep": "SweepRole", "rotate": "RotateRole", "schedule": "ScheduleRole"}
"""The table's columns and the template's logical names."""


def read_table() -> dict[str, dict[str, frozenset[str]]]:
    """Return the actions that each role may do, by what they are done to."""
    lines = _section("The roles").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    head, _, *body = rows
    return {
        row[0]: {ROLES[name]: frozenset(_actions(cell)) for name, cell in zip(head[1:], row[1:], strict=True)}
        for row in body
    }


def read_policy(heading: str, **names: str) -> dict[str, Any]:
    """Return the policy below a heading, with its place holders replaced."""
    (text,) = re.findall(r"^```json\n(.*?)^```", _section(heading), re.MULTILINE | re.DOTALL)
    for name, value in names.items():
        text = text.replace(name, value)
    policy: dict[str, Any] = json.loads(text)
    return policy


def allowed_anywhere(table: Mapping[str, Mapping[str, frozenset[str]]], role: str) -> set[str]:
    """Return every action that a role may do to something."""
    return {action for cells in table.values() for action in cells[role]}


def _section(heading: str) -> str:
    return next(
        part for part in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE) if part.startswith(heading)
    )


def _actions(cell: str) -> list[str]:
    found = re.findall(r"`(\w+)`", cell)
    assert found or cell == "–", cell
    return found
