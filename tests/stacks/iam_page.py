"""What docs/iam.md says: its table of roles, and the policies it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.aws.enforcement import Decision

PAGE = Path(__file__).parents[2] / "docs" / "iam.md"
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


def find_use(decision: Decision, prefix: str = "suitetoken") -> tuple[str, str, str] | None:
    """Return role, row and action of what a function or its mapping was allowed, or None for anybody else."""
    role = re.search(rf":assumed-role/{prefix}-(\w+)/", decision.who)
    service, _, action = decision.call.action.partition(":")
    return (role[1], _row_of(service, decision.call.resource, prefix), action) if role and decision.is_allowed else None


def _row_of(service: str, resource: str, prefix: str) -> str:
    """Return the table's first cell for what a call was about."""
    if secret := re.search(rf":secret:{prefix}/([\w-]+)/([\w-]+)-\w{{6}}$", resource):
        kind, name = secret.groups()
        return f"secret `PREFIX/{kind}/{name if kind == 'signing-key' else 'NAME'}`"
    return {
        "secretsmanager": "all secrets at once",
        "sqs": f"queue `{resource.rpartition(':')[2].replace(prefix, 'PREFIX')}`",
        "events": "the default event bus, source `suitetoken`",
        "kms": "KMS keys with the tag `suitetoken` = `PREFIX`",
    }[service]


def _section(heading: str) -> str:
    return next(
        part for part in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE) if part.startswith(heading)
    )


def _actions(cell: str) -> list[str]:
    found = re.findall(r"`(\w+)`", cell)
    assert found or cell == "–", cell
    return found
