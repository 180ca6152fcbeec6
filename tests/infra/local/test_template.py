"""The template is read as CloudFormation reads it (Template Reference Guide, "Intrinsic function reference")."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.intrinsics import Scope, TemplateError, resolve
from local.stack.template import Template

SCOPE = Scope(
    refs={"Prefix": "p", "AWS::Region": "eu-west-1", "Empty": ""},
    attributes={("Queue", "Arn"): "arn:queue"},
    conditions={"HasPrefix": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Prefix"}, ""]}]}},
)


def read(value: str) -> Any:
    """Return a YAML value as a template of it would be resolved."""
    text = f"Resources:\n  R:\n    Type: T\n    Properties:\n      Value: {value}\n"
    return resolve(Template.from_text(text).resources["R"].properties, SCOPE).get("Value")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref Prefix", "p"),
        ("!GetAtt Queue.Arn", "arn:queue"),
        ("!Sub '${Prefix}-${AWS::Region}-${Queue.Arn}-${!Kept}'", "p-eu-west-1-arn:queue-${Kept}"),
        ("!Sub ['${Own}/${Prefix}', {Own: !Ref Prefix}]", "p/p"),
        ("!Split [',', !Sub 'a,${Prefix}']", ["a", "p"]),
        ("!If [HasPrefix, !Ref Prefix, none]", "p"),
        ("!If [HasPrefix, !Ref AWS::NoValue, 1]", None),
        ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
        ("{Fn::Sub: 'x${Prefix}'}", "xp"),
        ("2012-10-17", "2012-10-17"),
        ("true", True),
    ],
)
def test_intrinsic_functions(written: str, meant: Any) -> None:
    """Each intrinsic function gives what CloudFormation gives; a date stays text."""
    assert read(written) == meant


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("!Ref Nobody", "Nobody"),
        ("!GetAtt Queue.Url", "Url"),
        ("!Sub '${Nobody}'", "Nobody"),
        ("!FindInMap [A, B, C]", "FindInMap"),
        ("!If [Unknown, 1, 2]", "Unknown"),
    ],
)
def test_unknown_things_are_named(written: str, named: str) -> None:
    """What is not known here is an error that names it, never an empty value."""
    with pytest.raises(TemplateError, match=named):
        read(written)


TEMPLATE = """
Parameters:
  Prefix: {Type: String, Default: p}
  Email: {Type: String}
Conditions:
  HasEmail: !Not [!Equals [!Ref Email, ""]]
Resources:
  Rule: {Type: T, Properties: {Arn: !GetAtt Topic.Arn, Text: !Sub "${Queue}"}}
  Mail: {Type: T, Condition: HasEmail, DependsOn: Rule}
  Queue: {Type: T, DependsOn: [Topic]}
  Topic: {Type: T}
"""


def names(email: str) -> list[str]:
    """Return the template's resources in the order they are made."""
    template = Template.from_text(TEMPLATE)
    return [resource.name for resource in template.in_order(template.scope(template.parameters({"Email": email}), {}))]


def test_resources_come_after_those_they_need() -> None:
    """A resource is made after everything it refers to or depends on, and not at all when its condition fails."""
    assert names("") == ["Topic", "Queue", "Rule"]
    assert names("a@example.com") == ["Topic", "Queue", "Rule", "Mail"]


@pytest.mark.parametrize(("given", "named"), [({}, "Email"), ({"Email": "", "Nobody": 1}, "Nobody")])
def test_parameters_are_checked(given: dict[str, Any], named: str) -> None:
    """A parameter that is missing or unknown is an error that names it."""
    with pytest.raises(TemplateError, match=named):
        Template.from_text(TEMPLATE).parameters(given)


def test_transforms_are_refused() -> None:
    """A template that CloudFormation would rewrite first is refused rather than read half."""
    with pytest.raises(TemplateError, match="Transform"):
        Template.from_text("Transform: AWS::Serverless-2016-10-31\nResources: {}")
