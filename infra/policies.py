"""Writes the policies of the template's roles as JSON, one file each, for tools that read nothing else.

`python infra/policies.py FOLDER`. What only AWS knows of a resource is an ARN of its kind, in an account for examples.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.stack.intrinsics import Scope, resolve
from local.stack.template import Resource, Template

_TEMPLATE = Path(__file__).parent / "template.yaml"
_PLACE = "eu-west-1:111122223333"
_PSEUDO = {
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "AWS::Partition": "aws",
    "AWS::StackName": "suitetoken",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
}
_OPTIONS = {"SecretsKey": "own", "Monitoring": "full"}
_ATTRIBUTES = ("Arn", "ApiEndpoint", "Version")
_ARNS = {
    "AWS::IAM::Role": "arn:aws:iam::111122223333:role/{name}",
    "AWS::KMS::Key": f"arn:aws:kms:{_PLACE}:key/{{name}}",
    "AWS::Lambda::Alias": f"arn:aws:lambda:{_PLACE}:function:{{name}}:live",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_PLACE}:function:{{name}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_PLACE}:log-group:{{name}}:*",
    "AWS::SNS::Topic": f"arn:aws:sns:{_PLACE}:{{name}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_PLACE}:{{name}}",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{_PLACE}:secret:{{name}}-AbCdEf",
}


def read_policies(parameters: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the policies of every role, with a name that says whose they are."""
    template = Template.from_file(_TEMPLATE)
    given = template.parameters({"Release": "1", **parameters})
    present = list(template.in_order(template.scope(given, _PSEUDO)))
    scope = _make_scope(template, given)
    for role in (each for each in present if each.type == "AWS::IAM::Role"):
        for policy in resolve(role.properties, scope).get("Policies", ()):
            yield f"{role.name}-{policy['PolicyName']}", policy["PolicyDocument"]


def _make_scope(template: Template, given: Mapping[str, Any]) -> Scope:
    resources = template.resources.values()
    arns = {each.name: _arn_of(each) for each in resources}
    attributes = {
        (name, attribute): arn for name, arn in arns.items() for attribute in ("Arn", "ApiEndpoint", "Version")
    }
    return Scope({**arns, **_PSEUDO, **given}, attributes, template.conditions)


def _arn_of(resource: Resource) -> str:
    return _ARNS.get(resource.type, "{name}").format(name=resource.name)


def main(folder: str) -> None:
    """Write the files, for a deployment with every option that adds a permission."""
    for name, policy in read_policies(_OPTIONS):
        (Path(folder) / f"{name}.json").write_text(json.dumps(policy, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
