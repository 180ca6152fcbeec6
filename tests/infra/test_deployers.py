"""What whoever deploys needs: its policies cover scripts and template, end at the deployment, and are in the docs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployers import fill_in, list_actions, make_deployer_policy, make_service_role_policy, read_types
from local.aws import corrected_moto
from local.aws.enforcement import enforced
from local.aws.policies import Call, allows, as_list
from local.environment import ACCOUNT, REGION
from tests.stacks.enforced import is_denied, make_client, make_user
from tests.stacks.template import deploy

ROOT = Path(__file__).parents[2]
NAMES = {"PREFIX": "pp", "REGION": REGION, "ACCOUNT_ID": ACCOUNT}
EVERYTHING = {
    "Prefix": "pp",
    "Monitoring": "full",
    "SecretsKey": "own",
    "SigningLayer": "true",
    "NotifyEmail": "ops@example.com",
}
NAME_KEYS = {
    "CloudWatch::Alarm": ("AlarmName", "cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"),
    "CloudWatch::Dashboard": ("DashboardName", "cloudwatch:PutDashboard", f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/"),
    "Events::Rule": ("Name", "events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/"),
    "Lambda::Function": ("FunctionName", "lambda:CreateFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"),
    "Logs::LogGroup": ("LogGroupName", "logs:CreateLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"),
    "SNS::Topic": ("TopicName", "sns:CreateTopic", f"arn:aws:sns:{REGION}:{ACCOUNT}:"),
    "SQS::Queue": ("QueueName", "sqs:CreateQueue", f"arn:aws:sqs:{REGION}:{ACCOUNT}:"),
    "SSM::Parameter": ("Name", "ssm:PutParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"),
    "SecretsManager::Secret": (
        "Name",
        "secretsmanager:CreateSecret",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:",
    ),
}
"""The types that the template names: the property, what makes one, and how its ARN begins."""
CALLED_OTHERWISE = {
    "s3api head-bucket": "s3:ListBucket",
    "s3api put-public-access-block": "s3:PutBucketPublicAccessBlock",
    "s3api put-bucket-encryption": "s3:PutEncryptionConfiguration",
    "s3api put-bucket-lifecycle-configuration": "s3:PutLifecycleConfiguration",
    "cloudformation package": "s3:PutObject",
}
"""Commands of the AWS CLI that another action allows than that of their name (Service Authorization Reference)."""
WITHOUT_PERMISSION = {"sts get-caller-identity", "cloudformation wait", "configure get"}


@pytest.fixture(scope="module")
def service_role() -> dict[str, Any]:
    """The policy of CloudFormation's role for the deployment `pp`."""
    return fill_in(make_service_role_policy(read_types()), **NAMES)


def actions_of(policy: dict[str, Any]) -> set[str]:
    """Return every action that a policy allows anywhere."""
    return {action for statement in policy["Statement"] for action in as_list(statement["Action"])}


def test_every_type_of_the_template_has_its_actions(service_role: dict[str, Any]) -> None:
    """A type that is added to the template brings its own, from AWS's list of what its handler calls."""
    allowed = actions_of(service_role)
    for kind in read_types():
        assert list_actions(kind), kind
        assert list_actions(kind) <= allowed, kind


def test_everything_that_the_template_names_may_be_made(service_role: dict[str, Any]) -> None:
    """And nothing of a deployment with another prefix."""
    deployed = deploy(**EVERYTHING)
    for kind, (key, action, arn) in NAME_KEYS.items():
        named = deployed.of_type(kind).values()
        assert named, kind
        for name in (str(each[key]) for each in named):
            assert allows([service_role], Call(action, arn + name)), name
            for other in ("dev", "p", "ppp"):
                assert not allows([service_role], Call(action, arn + name.replace("pp", other, 1))), (name, other)


def test_it_can_neither_read_a_secret_nor_change_its_own_role(service_role: dict[str, Any]) -> None:
    """What operators and the broker keep is no concern of a deployment; nor may the role give itself more."""
    for secret in ("pp/client/a", "pp/token/a", "pp/connection/a", "pp/signing-key/link"):
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{secret}-AbCdEf"
        assert not allows([service_role], Call("secretsmanager:GetSecretValue", arn))
    own = f"arn:aws:iam::{ACCOUNT}:role/cloudformation-pp"
    assert not allows([service_role], Call("iam:PutRolePolicy", own))
    assert allows([service_role], Call("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/pp-WebRole-1A2B"))


def test_roles_go_to_lambda_and_the_scheduler_only(service_role: dict[str, Any]) -> None:
    """Those of this stack, that is."""
    role = f"arn:aws:iam::{ACCOUNT}:role/pp-WebRole-1A2B"
    for service, allowed in {"lambda": True, "scheduler": True, "ec2": False}.items():
        call = Call("iam:PassRole", role, {"iam:passedtoservice": f"{service}.amazonaws.com"})
        assert allows([service_role], call) is allowed


def test_a_boundary_bounds_every_role_that_is_made() -> None:
    """Whoever may make roles could else give them anything."""
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    policy = fill_in(make_service_role_policy(read_types(), boundary), **NAMES)
    role = f"arn:aws:iam::{ACCOUNT}:role/pp-WebRole-1A2B"
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"):
        assert allows([policy], Call(action, role, {"iam:permissionsboundary": boundary}))
        assert not allows([policy], Call(action, role))
    assert allows([policy], Call("iam:DeleteRole", role))


def test_a_policy_fits_into_a_role() -> None:
    """IAM takes 10,240 characters of inline policies, white space not counted, and 2,048 of a user's."""
    size = len(json.dumps(make_service_role_policy(read_types(), "b" * 200), separators=(",", ":")))
    assert size < 10_240 - 500


def list_commands() -> Iterator[str]:
    """Yield what deploy.sh and destroy.sh call of the AWS CLI, service and command."""
    for script in (ROOT / "infra").glob("*.sh"):
        for line in script.read_text(encoding="utf-8").splitlines():
            if not line.lstrip().startswith(("#", "say", "fail", "makes its own", "aws secretsmanager delete-secret")):
                yield from re.findall(r"\baws ([a-z0-9]+ [a-z]+(?:-[a-z]+)*)", line)


def test_the_deployer_may_call_what_the_scripts_call() -> None:
    """Each command of the AWS CLI in them, and nothing of the resources themselves."""
    allowed = actions_of(make_deployer_policy())
    commands = set(list_commands()) - WITHOUT_PERMISSION
    assert len(commands) > 15
    needed = {CALLED_OTHERWISE.get(command) or _action_of(command) for command in commands}
    assert needed <= allowed, needed - allowed
    assert {action.partition(":")[0] for action in allowed} == {
        "cloudformation",
        "cloudwatch",
        "iam",
        "s3",
        "secretsmanager",
    }


def _action_of(command: str) -> str:
    service, name = command.split()
    return f"{service.removesuffix('api')}:{''.join(part.capitalize() for part in name.split('-'))}"


def test_the_page_has_the_policies_that_are_generated() -> None:
    """As they are, with place holders."""
    page = (ROOT / "docs/deployers.md").read_text(encoding="utf-8")
    shown = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
    assert make_service_role_policy(read_types()) in shown
    assert make_deployer_policy() in shown
    trust = next(each for each in shown if "Principal" in each["Statement"][0])
    assert trust["Statement"][0]["Principal"] == {"Service": "cloudformation.amazonaws.com"}


def test_iam_lets_the_role_make_what_the_template_makes(service_role: dict[str, Any]) -> None:
    """Really called, as far as moto's IAM goes: names of this deployment, and none of another."""
    with corrected_moto():
        keys = make_user("cloudformation", service_role)
        with enforced():
            secrets = make_client("secretsmanager", keys)
            parameters = make_client("ssm", keys)
            for prefix, denied in (("pp", False), ("dev", True)):
                name = f"{prefix}/signing-key/link"
                assert is_denied(secrets.create_secret, Name=name, SecretString="x") is denied
                value = {"Name": f"/{prefix}/public-url", "Value": "x", "Type": "String"}
                assert is_denied(parameters.put_parameter, **value) is denied
            assert is_denied(secrets.get_secret_value, SecretId="pp/signing-key/link")
            assert is_denied(secrets.create_secret, Name="pp/token/finance", SecretString="x")
