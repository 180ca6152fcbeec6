"""Who may do what: each role exactly its table, every service only on behalf of this stack."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.stacks.template import Deployed, as_list, deploy

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pp"
GRANTS_AND_TOKENS = [f"{SECRET}/connection/*", f"{SECRET}/token/*"]
KEEP = "secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage"
EVENT_BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/default"
OURS = str({"StringEquals": {"events:source": "suitetoken"}})
OUR_KEYS = str({"StringEquals": {"aws:ResourceTag/suitetoken": "pp"}})
THROUGH_SECRETS = [f"secretsmanager.eu-west-1.amazonaws.com{end}" for end in ("", ".cn")]
OF_BEFORE = str({"StringEquals": {"aws:ResourceTag/suitetoken-secrets": "pp", "kms:ViaService": THROUGH_SECRETS}})
KEYS_OF_BEFORE = ("kms:Decrypt kms:GenerateDataKey", ["arn:aws:kms:eu-west-1:123456789012:key/*"], OF_BEFORE)
TRACE = [("xray:PutTraceSegments xray:PutTelemetryRecords", ["*"], "")]

ROLES: dict[str, list[tuple[str, list[str], str]]] = {
    "WebRole": [
        (KEEP, GRANTS_AND_TOKENS, ""),
        ("secretsmanager:ListSecretVersionIds", [f"{SECRET}/connection/*"], ""),
        ("secretsmanager:GetSecretValue", [f"{SECRET}/client/*", f"{SECRET}/signing-key/*"], ""),
        ("events:PutEvents", [EVENT_BUS], OURS),
        ("sqs:SendMessage", ["<RotateQueue.Arn>"], ""),
        KEYS_OF_BEFORE,
        ("logs:CreateLogStream logs:PutLogEvents", ["<WebLog.Arn>"], ""),
        *TRACE,
    ],
    "SweepRole": [
        ("secretsmanager:ListSecrets", ["*"], ""),
        ("sqs:SendMessage", ["<RotateQueue.Arn>"], ""),
        ("logs:CreateLogStream logs:PutLogEvents", ["<SweepLog.Arn>"], ""),
        *TRACE,
    ],
    "RotateRole": [
        (KEEP, GRANTS_AND_TOKENS, ""),
        ("secretsmanager:ListSecretVersionIds", [f"{SECRET}/connection/*"], ""),
        ("secretsmanager:DeleteSecret", GRANTS_AND_TOKENS, ""),
        ("secretsmanager:GetSecretValue", [f"{SECRET}/client/*", f"{SECRET}/key/*", "<LinkKey>"], ""),
        KEYS_OF_BEFORE,
        ("kms:Sign", ["arn:aws:kms:eu-west-1:123456789012:key/*"], OUR_KEYS),
        ("events:PutEvents", [EVENT_BUS], OURS),
        ("sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes", ["<RotateQueue.Arn>"], ""),
        ("logs:CreateLogStream logs:PutLogEvents", ["<RotateLog.Arn>"], ""),
        *TRACE,
    ],
    "ScheduleRole": [("lambda:InvokeFunction", ["<SweepLive>"], "")],
}
NO_RESOURCES_TO_NAME = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "secretsmanager:ListSecrets"}
"""Actions that AWS defines for all resources only (Service Authorization Reference)."""


@pytest.fixture
def deployed() -> Deployed:
    """Give a deployment with the prefix `pp` and everything that adds a permission."""
    return deploy(Prefix="pp", Monitoring="full")


def spell_out(table: list[tuple[str, list[str], str]]) -> list[tuple[str, str, str]]:
    """Return a role's table with one action and one resource a line."""
    return sorted(
        (action, resource, condition)
        for actions, resources, condition in table
        for action in actions.split()
        for resource in resources
    )


@pytest.mark.parametrize("role", ROLES)
def test_role_may_do_its_table_and_nothing_else(deployed: Deployed, role: str) -> None:
    """A role's actions, resources and conditions are exactly its table's."""
    assert sorted(deployed.grants(role)) == spell_out(ROLES[role])


def test_there_are_no_other_roles_and_no_managed_policies(deployed: Deployed) -> None:
    """Everything anybody may do stands in the tables."""
    roles = deployed.of_type("IAM::Role")
    assert roles.keys() == ROLES.keys()
    assert not any("ManagedPolicyArns" in role for role in roles.values())
    assert {kind for kind in deployed.types.values() if kind.startswith("AWS::IAM::")} == {"AWS::IAM::Role"}


def test_wildcards_stand_only_where_aws_has_nothing_else(deployed: Deployed) -> None:
    """No action holds a wildcard, and `*` is the resource of those actions only that know no other."""
    for role in ROLES:
        for action, resource, _ in deployed.grants(role):
            assert "*" not in action
            assert (resource == "*") == (action in NO_RESOURCES_TO_NAME)


def test_every_function_has_a_role_of_its_own(deployed: Deployed) -> None:
    """No two functions share a role."""
    functions = deployed.of_type("Lambda::Function")
    assert {name: it["Role"] for name, it in functions.items()} == {
        "WebFunction": "<WebRole.Arn>",
        "SweepFunction": "<SweepRole.Arn>",
        "RotateFunction": "<RotateRole.Arn>",
    }


@pytest.mark.parametrize("role", ["WebRole", "SweepRole", "RotateRole"])
def test_lambda_takes_a_role_only_for_this_account(deployed: Deployed, role: str) -> None:
    """Lambda may assume a function's role on behalf of this account alone."""
    assert trust_of(deployed, role) == ("lambda.amazonaws.com", {"aws:SourceAccount": "123456789012"})


def test_scheduler_takes_its_role_only_for_this_stack(deployed: Deployed) -> None:
    """EventBridge Scheduler may assume its role for this stack's schedule group alone, the finest scope that it has."""
    condition = {"aws:SourceAccount": "123456789012", "aws:SourceArn": "<ScheduleGroup.Arn>"}
    assert trust_of(deployed, "ScheduleRole") == ("scheduler.amazonaws.com", condition)
    assert deployed.properties["SweepSchedule"]["GroupName"] == "<ScheduleGroup>"


def trust_of(deployed: Deployed, role: str) -> tuple[str, dict[str, Any]]:
    """Return the one service that may assume a role, and on which condition."""
    (statement,) = deployed.properties[role]["AssumeRolePolicyDocument"]["Statement"]
    return statement["Principal"]["Service"], statement["Condition"]["StringEquals"]


def test_only_our_api_may_invoke_the_web_function(deployed: Deployed) -> None:
    """The one permission on a function names our API."""
    (permission,) = deployed.of_type("Lambda::Permission").values()
    assert permission == {
        "FunctionName": "<WebLive>",
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:<HttpApi>/*",
    }


def test_only_our_rules_may_publish_notices(deployed: Deployed) -> None:
    """The topic takes messages from this stack's two rules and its alarms; no other account or rule may publish."""
    statement, alarms = deployed.properties["NoticesTopicPolicy"]["PolicyDocument"]["Statement"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:pp-*"},
    }
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": ["<LinkNotices.Arn>", "<PlainNotices.Arn>"]}}


def test_without_traces_nobody_may_write_them() -> None:
    """Basic monitoring has none."""
    basic = deploy(Prefix="pp")
    assert not any(action.startswith("xray:") for role in ROLES for action, _, _ in basic.grants(role))


@pytest.mark.parametrize("other", ["p", "ppp", "pp-dev", "dev-pp"])
def test_two_stacks_cannot_open_each_others_secrets(deployed: Deployed, other: str) -> None:
    """No resource of a role matches a secret of a stack with another prefix, however alike."""
    secrets = [
        f"{SECRET.removesuffix('pp')}{other}/{kind}/name-AbCdEf"
        for kind in ("client", "connection", "token", "signing-key")
    ]
    for role in ROLES:
        for _, resource, _ in deployed.grants(role):
            assert resource == "*" or not any(fnmatchcase(secret, resource) for secret in secrets)


def test_two_stacks_have_no_name_in_common() -> None:
    """Everything that is named is named after the prefix, so that two stacks fit into one account."""
    assert not set(names_in(deploy(Prefix="pp"))) & set(names_in(deploy(Prefix="dev")))


def names_in(deployed: Deployed) -> list[tuple[str, str]]:
    """Return type and name of everything that AWS wants to be unique."""
    unique = ("Name", "FunctionName", "QueueName", "TopicName", "LogGroupName", "RoleName")
    own = {
        f"AWS::Lambda::{kind}" for kind in ("Alias", "EventInvokeConfig", "EventSourceMapping", "Permission", "Version")
    }
    return [
        (deployed.types[name], value)
        for name, properties in deployed.properties.items()
        if deployed.types[name] not in own
        for key in unique
        for value in as_list(properties.get(key, []))
    ]


def test_a_boundary_bounds_every_role() -> None:
    """Where an account asks for one; without it the property is not there at all."""
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    bounded = deploy(PermissionsBoundary=boundary).of_type("IAM::Role").values()
    assert {role["PermissionsBoundary"] for role in bounded} == {boundary}
    assert not any("PermissionsBoundary" in role for role in deploy().of_type("IAM::Role").values())
