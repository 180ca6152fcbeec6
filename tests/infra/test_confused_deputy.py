"""No service of AWS can be made to act here for somebody else: each is let in for this account or this stack alone.

Source: AWS IAM User Guide, "The confused deputy problem", cross-service prevention.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.aws.policies import Call, as_list, trusts
from tests.stacks.template import PSEUDO, deploy, read_document

ACCOUNT, OTHER = PSEUDO["AWS::AccountId"], "999999999999"
KEYS = {"aws:SourceAccount", "aws:SourceArn"}
ROLES = ("WebRole", "SweepRole", "RotateRole", "ScheduleRole")


def find_statements(value: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every statement that lets a service in, wherever it stands, under whatever condition of the stack."""
    if isinstance(value, dict):
        principal = value.get("Principal")
        if "Effect" in value and isinstance(principal, dict) and "Service" in principal:
            yield path, value
        for key, inner in value.items():
            yield from find_statements(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from find_statements(inner, f"{path}/{number}")


STATEMENTS = dict(find_statements(read_document()["Resources"]))


@pytest.mark.parametrize("path", STATEMENTS)
def test_every_service_is_let_in_for_somebody_named(path: str) -> None:
    """A statement with a service for its principal says for which account or resource it acts, by an equality."""
    conditions = STATEMENTS[path].get("Condition", {})
    asked = {key for operator in ("StringEquals", "ArnEquals", "ArnLike") for key in conditions.get(operator, {})}
    assert asked & KEYS


def test_the_statements_are_found() -> None:
    """The search reaches every role's trust and the topic's policy, so it cannot pass by finding nothing."""
    owners = {path.split("/")[1] for path in STATEMENTS}
    assert owners >= {*ROLES, "NoticesTopicPolicy"}


def test_nobody_is_let_in_by_a_wildcard() -> None:
    """No statement in the template is for everybody, and none names a service by a pattern."""

    def principals(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            if "Effect" in value and "Principal" in value:
                yield value["Principal"]
            for inner in value.values():
                yield from principals(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from principals(inner)

    found = list(principals(read_document()["Resources"]))
    assert found
    for principal in found:
        assert isinstance(principal, dict)
        assert not any("*" in str(name) for names in principal.values() for name in as_list(names))


def test_every_permission_on_a_function_names_its_source() -> None:
    """Whoever may invoke a function by permission may do so for one of our own resources only."""
    permissions = list(deploy().of_type("Lambda::Permission").values())
    assert permissions
    for permission in permissions:
        assert ACCOUNT in permission["SourceArn"]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_assumed_for_this_account_alone(role: str) -> None:
    """The service that a role is for gets it on behalf of this account, and not of another one or of nobody."""
    trust = deploy().properties[role]["AssumeRolePolicyDocument"]
    service = trust["Statement"][0]["Principal"]["Service"]
    context = {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": "<ScheduleGroup.Arn>"}
    assert trusts(trust, service, Call("sts:AssumeRole", "role", context))
    assert not trusts(trust, service, Call("sts:AssumeRole", "role", context | {"aws:sourceaccount": OTHER}))
    assert not trusts(trust, service, Call("sts:AssumeRole", "role"))
    assert not trusts(trust, "ec2.amazonaws.com", Call("sts:AssumeRole", "role", context))


@pytest.mark.parametrize(
    ("service", "context", "is_trusted"),
    [
        ("events.amazonaws.com", {"aws:sourcearn": "<LinkNotices.Arn>"}, True),
        ("events.amazonaws.com", {"aws:sourcearn": f"arn:aws:events:eu-west-1:{OTHER}:rule/x"}, False),
        ("events.amazonaws.com", {"aws:sourceaccount": ACCOUNT}, False),
        (
            "cloudwatch.amazonaws.com",
            {
                "aws:sourceaccount": ACCOUNT,
                "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:suitetoken-web-errors",
            },
            True,
        ),
        (
            "cloudwatch.amazonaws.com",
            {"aws:sourceaccount": OTHER, "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{OTHER}:alarm:suitetoken-x"},
            False,
        ),
        (
            "cloudwatch.amazonaws.com",
            {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:other"},
            False,
        ),
        ("s3.amazonaws.com", {"aws:sourceaccount": ACCOUNT}, False),
    ],
)
def test_notices_come_from_this_stack(service: str, context: dict[str, str], is_trusted: bool) -> None:
    """The topic takes what our rules and our alarms publish, and nothing of another rule, alarm, service or account."""
    policy = deploy().properties["NoticesTopicPolicy"]["PolicyDocument"]
    assert trusts(policy, service, Call("sns:Publish", "<NoticesTopic>", context)) is is_trusted
