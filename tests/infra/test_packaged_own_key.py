"""The artefact as Lambda runs it, where the secrets have a key of their own: the roles reach it by Secrets Manager."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.stacks.packaged import packaged
from tests.stacks.packaged_people import Desk

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13),
    reason="Lambda runs the artefact on Python 3.13: `make unit-3.13` runs these tests",
)


def test_from_the_link_to_the_next_token_with_a_key(tmp_path: Path) -> None:
    """Every reading and saving of the web and rotate functions also asks KMS, and is allowed."""
    with packaged(tmp_path, time.time, SecretsKey="own") as stack:
        desk = Desk(stack, "finance", stack.public)
        desk.add()
        assert desk.let_authorize().status == 200
        first = desk.token.token
        desk.grow_old(3000)
        assert [event.kind for event in desk.let_schedule_fire()] == ["Token Rotated"]
        second = desk.token.token
    assert first is not None
    assert second is not None
    assert first.access_token != second.access_token
    asked = {(it.who.split("/")[1], it.call.action) for it in stack.decisions if it.call.action.startswith("kms:")}
    functions = {f"suitetoken-{role}Role" for role in ("Web", "Rotate")}
    assert asked >= {(function, action) for function in functions for action in ("kms:Decrypt", "kms:GenerateDataKey")}
    assert all(it.is_allowed for it in stack.decisions)
