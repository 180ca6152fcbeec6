"""How IAM decides a call by the policies of its caller: statements, patterns, conditions. Pure.

Source: AWS IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Resource" and "… Condition operators".
moto itself decides by action and resource only: it takes every condition on a role's policy for fulfilled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class PolicyUnknown(Exception):
    """A policy says something that cannot be decided here; the text names it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that somebody wants to do. `context` has the values that conditions ask for, by lower-case key."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def allows(policies: Iterable[Mapping[str, Any]], call: Call, boundary: Mapping[str, Any] | None = None) -> bool:
    """Whether a statement allows the call and none denies it, or raise PolicyUnknown. A boundary must allow it too."""
    statements = [each for policy in policies for each in as_list(policy["Statement"])]
    effects = {statement["Effect"] for statement in statements if _concerns(statement, call)}
    return effects == {"Allow"} and (boundary is None or allows([boundary], call))


def trusts(policy: Mapping[str, Any], service: str, call: Call) -> bool:
    """Whether a trust or resource policy lets a service of AWS make the call, or raise PolicyUnknown."""
    named = [each for each in as_list(policy["Statement"]) if service in as_list(_principal(each).get("Service", []))]
    return allows([{"Statement": [{"Resource": call.resource, **each} for each in named]}], call)


def match_pattern(pattern: str, text: str) -> re.Match[str] | None:
    """Match an action or ARN against a policy's pattern: `*` is any text, `?` one character, the rest itself."""
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL)


def as_list(value: Any) -> list[Any]:
    """Return what a policy gives as one or as many."""
    return value if isinstance(value, list) else [value]


def _concerns(statement: Mapping[str, Any], call: Call) -> bool:
    if unknown := statement.keys() & {"NotAction", "NotResource", "NotPrincipal"}:
        raise PolicyUnknown(f"{', '.join(sorted(unknown))} cannot be decided here.")
    return (
        any(match_pattern(each.lower(), call.action.lower()) for each in as_list(statement["Action"]))
        and any(match_pattern(each, call.resource) for each in as_list(statement["Resource"]))
        and all(
            _holds(operator, expected, call.context.get(key.lower()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _holds(operator: str, expected: Any, actual: str | None) -> bool:
    if operator not in _OPERATORS:
        raise PolicyUnknown(f"The condition operator {operator} cannot be decided here.")
    return actual is not None and any(_OPERATORS[operator](each, actual) for each in as_list(expected))


def _principal(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    principal = statement["Principal"]
    return principal if isinstance(principal, Mapping) else {"AWS": principal}


_OPERATORS = {
    "StringEquals": str.__eq__,
    "StringLike": match_pattern,
    "ArnEquals": match_pattern,
    "ArnLike": match_pattern,
}
"""ArnEquals and ArnLike are the same, and both take patterns."""
