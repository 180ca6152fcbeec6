"""What the template takes: prefix, accounts, and the rules that its parameters keep together."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import Any

import pytest

from local.stack.intrinsics import names_in
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_prefix
from tests.stacks.template import read_document

PREFIXES: dict[str, bool] = {
    "suitetoken": True,
    "st-dev2": True,
    "ab": True,
    "a": False,
    "a" * 33: False,
    "Suite": False,
    "st/dev": False,
    "st_dev": False,
    "-st": False,
    "st-": False,
    "2st": False,
    "awsome": False,
    "ssm-x": False,
    "st*": False,
}


@pytest.mark.parametrize(("prefix", "allowed"), PREFIXES.items())
def test_prefix(prefix: str, allowed: bool) -> None:
    """A prefix fits into every name made of it and holds nothing that means something in an ARN pattern."""
    parameters: dict[str, Any] = read_document()["Parameters"]
    assert bool(re.fullmatch(parameters["Prefix"]["AllowedPattern"], prefix)) is allowed
    with nullcontext() if allowed else pytest.raises(InvalidInput):
        assert parse_prefix(prefix) == prefix


# AWS CloudFormation Template Reference Guide, "Rule-specific intrinsic functions"; Ref is taken besides.
RULE_FUNCTIONS = {"Ref", "Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals"} | {
    f"Fn::{name}" for name in ("Not", "Or", "RefAll", "ValueOf", "ValueOfAll")
}


def functions_in(value: Any) -> set[str]:
    """Return the names of the intrinsic functions anywhere in a value."""
    if isinstance(value, list):
        return {name for inner in value for name in functions_in(inner)}
    if not isinstance(value, dict):
        return set()
    own = {name for name in value if name in ("Ref", "Condition") or name.startswith("Fn::")}
    return own | functions_in(list(value.values()))


def test_rules_use_only_functions_that_rules_may_use() -> None:
    """CloudFormation refuses a whole template for one other function in its Rules; in Conditions it takes more."""
    rules = read_document()["Rules"]
    assert {name: functions_in(rule) - RULE_FUNCTIONS for name, rule in rules.items()} == {
        name: set() for name in rules
    }
    assert functions_in({"Assert": [{"Fn::Join": ["", {"Ref": "X"}]}]}) == {"Fn::Join", "Ref"}


def test_rules_ask_for_strings_only() -> None:
    """An empty list parameter is a list of one empty text to some of what reads a template, and no text to others."""
    document = read_document()
    asked = set(names_in(document["Rules"]))
    assert asked
    assert {name: document["Parameters"][name]["Type"] for name in asked} == dict.fromkeys(asked, "String")


@pytest.mark.parametrize(
    ("accounts", "allowed"),
    [
        ("", True),
        ("111122223333", True),
        ("111122223333,444455556666", True),
        ("1234", False),
        ("111122223333,", False),
        (",111122223333", False),
        ("111122223333, 444455556666", False),
        ("*", False),
    ],
)
def test_reader_accounts(accounts: str, allowed: bool) -> None:
    """Accounts of twelve digits, by commas, or nothing: each becomes a principal of the key's policy."""
    pattern = read_document()["Parameters"]["ReaderAccounts"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, accounts)) is allowed
