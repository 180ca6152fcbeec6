"""The template with its parameters filled in; what only AWS knows is named, as in `<RotateQueue.Arn>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode.cfn_yaml import load  # type: ignore[import-untyped]

from local.stack.intrinsics import Scope, holds, resolve
from local.stack.template import Template

PATH = Path(__file__).parents[2] / "infra" / "template.yaml"
PSEUDO = {
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
ATTRIBUTES = ("Arn", "ApiEndpoint", "QueueName", "RegionalDomainName", "RegionalHostedZoneId", "Version")


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment: the properties of its resources by logical name, their types, and its outputs."""

    types: Mapping[str, str]
    properties: Mapping[str, dict[str, Any]]
    outputs: Mapping[str, Any]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the resources of one type, named without `AWS::`."""
        return {name: it for name, it in self.properties.items() if self.types[name] == f"AWS::{kind}"}

    def grants(self, role: str) -> Iterator[tuple[str, str, str]]:
        """Yield everything a role may do, one action, resource and condition each."""
        for policy in self.properties[role]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        yield action, resource, str(statement.get("Condition", ""))


def deploy(**parameters: Any) -> Deployed:
    """Fill in the template; parameters that are not given have their defaults."""
    template = _read_template()
    given = template.parameters({"Release": "r1", **parameters})
    names = template.resources
    scope = Scope(
        refs={**PSEUDO, **given, **{name: f"<{name}>" for name in names}},
        attributes={(name, attribute): f"<{name}.{attribute}>" for name in names for attribute in ATTRIBUTES},
        conditions=template.conditions,
    )
    present = list(template.in_order(scope))
    return Deployed(
        types={it.name: it.type for it in present},
        properties={it.name: resolve(it.properties, scope) for it in present},
        outputs={
            name: resolve(it["Value"], scope)
            for name, it in read_document()["Outputs"].items()
            if "Condition" not in it or holds(it["Condition"], scope)
        },
    )


@cache
def _read_template() -> Template:
    return Template.from_file(PATH)


@cache
def read_document() -> dict[str, Any]:
    """Return the template as it is written, with its functions in their long form."""
    document: dict[str, Any] = load(str(PATH))
    return document


def as_list(value: Any) -> list[Any]:
    """Return what a policy gives as one or as many."""
    return value if isinstance(value, list) else [value]
