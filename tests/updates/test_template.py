"""A new version's template over a stack of the one before: what holds state or a name stays what it is.

The template of before cannot be deployed: CloudFormation refuses one of its rules. So what an update would do is read
off both templates here, and a whole update of a stack is on the road of `make emulator`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.stack.template import load_document
from tests.updates.states import BEFORE

ROOT = Path(__file__).parents[2]
OLD: Any = load_document((BEFORE / "template.yaml").read_text(encoding="utf-8"))
NEW: Any = load_document((ROOT / "infra" / "template.yaml").read_text(encoding="utf-8"))
KEEP_STATE = frozenset(
    {
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::ApiGatewayV2::Api",
    }
)
LED_BY_NAME = frozenset(
    {"AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Alias", "AWS::Lambda::Version"}
)
"""Kinds that name another resource in such a field."""
NAMES = ("Name", "QueueName", "TopicName", "LogGroupName", "FunctionName", "AlarmName", "RoleName", "AliasName")


def _stateful() -> list[str]:
    return [name for name, each in OLD["Resources"].items() if each["Type"] in KEEP_STATE]


@pytest.mark.parametrize("logical_id", _stateful())
def test_what_holds_state_is_the_same_resource(logical_id: str) -> None:
    """The same logical id and type, so that CloudFormation does not make another one and delete it."""
    assert NEW["Resources"][logical_id]["Type"] == OLD["Resources"][logical_id]["Type"]


@pytest.mark.parametrize(
    "logical_id", sorted(name for name, each in OLD["Resources"].items() if each["Type"] not in LED_BY_NAME)
)
def test_a_resource_with_a_name_keeps_it(logical_id: str) -> None:
    """Another name would mean another resource: its state, or who listens to it, would be lost."""
    old, new = OLD["Resources"][logical_id], NEW["Resources"].get(logical_id)
    if new is None:
        taken = {str(each["Properties"].get(field)) for each in NEW["Resources"].values() for field in NAMES}
        assert not any(str(old["Properties"].get(field)) in taken - {"None"} for field in NAMES)
        return
    for field in NAMES:
        assert new.get("Properties", {}).get(field) == old.get("Properties", {}).get(field)


def test_every_output_is_still_there() -> None:
    """Others import them, and `doctor` reads them."""
    assert set(OLD["Outputs"]) <= set(NEW["Outputs"])


def test_an_update_needs_no_parameter_that_nobody_has_given() -> None:
    """Each old one is still known, each new one has a default; `make deploy` gives the release."""
    assert set(OLD["Parameters"]) <= set(NEW["Parameters"])
    added = set(NEW["Parameters"]) - set(OLD["Parameters"])
    assert {name for name in added if "Default" not in NEW["Parameters"][name]} <= {"Release"}
