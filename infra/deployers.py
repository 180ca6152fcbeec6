"""Writes what the deployer needs: a role for CloudFormation, and a policy for the person or pipeline that uses it.

`python infra/deployers.py --help`. What each resource type's handler calls is AWS's own list, from the schemas of
resource types that come with cfn-lint; here is only where it may be done, and what this template has no use for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from local.stack.template import load_document

_TEMPLATE = Path(__file__).parent / "template.yaml"
_PLACE = "REGION:ACCOUNT_ID"
BUCKET = "arn:aws:s3:::suitetoken-artifacts-ACCOUNT_ID-REGION"

_UNUSED = (
    "codedeploy:*",  # no canary
    "ec2:*",  # no network of one's own
    "elasticfilesystem:*",
    "s3files:*",
    "firehose:*",
    "*CodeSigningConfig",
    "*FunctionConcurrency",
    "*ProvisionedConcurrencyConfig",
    "*ScalingConfig",
    "*RecursionConfig",
    "*CapacityProvider",
    "*RuntimeAlias",
    "*DataProtectionPolicy",
    "*IndexPolic*",
    "*LogGroupDeletionProtection",
    "*BearerTokenAuthentication",
    "logs:*KmsKey",
    "logs:*ResourcePolic*",  # access logs are below /aws/vendedlogs/, which needs no line there
    "iam:AttachRolePolicy",  # roles have policies of their own only
    "iam:DetachRolePolicy",
    "lambda:Pass*",
    "s3:REST*",
    "*ToRegions",
    "*FromReplication",
    "secretsmanager:GetSecretValue",  # a deployment makes secrets, and reads none
    "kms:CreateGrant",
    "kms:Encrypt",
)
"""Actions of the handlers for properties that the template does not have."""

_MORE = {
    "AWS::ApiGatewayV2::Stage": (
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
    ),
    "AWS::SecretsManager::Secret": ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    "AWS::IAM::Role": ("iam:ListRoleTags",),
}
"""What services do in their caller's name beside the handlers' lists: access logs of an API, secrets under a key."""

_PLACES: dict[str, tuple[str, ...]] = {
    "apigateway": tuple(
        f"arn:aws:apigateway:REGION::/{it}" for it in ("apis", "apis/*", "domainnames", "domainnames/*", "tags/*")
    ),
    "cloudwatch": (f"arn:aws:cloudwatch:{_PLACE}:alarm:PREFIX-*", "arn:aws:cloudwatch::ACCOUNT_ID:dashboard/PREFIX"),
    "events": (f"arn:aws:events:{_PLACE}:rule/PREFIX-*",),
    "iam": ("arn:aws:iam::ACCOUNT_ID:role/PREFIX-*",),
    "kms": (f"arn:aws:kms:{_PLACE}:key/*",),
    "lambda": (
        f"arn:aws:lambda:{_PLACE}:function:PREFIX-*",
        f"arn:aws:lambda:{_PLACE}:layer:PREFIX-*",
        f"arn:aws:lambda:{_PLACE}:event-source-mapping:*",
    ),
    "logs": (
        f"arn:aws:logs:{_PLACE}:log-group:/aws/lambda/PREFIX-*",
        f"arn:aws:logs:{_PLACE}:log-group:/aws/vendedlogs/PREFIX-*",
    ),
    "route53": ("arn:aws:route53:::hostedzone/*", "arn:aws:route53:::change/*"),
    "s3": (f"{BUCKET}/*",),
    "scheduler": (f"arn:aws:scheduler:{_PLACE}:schedule-group/PREFIX", f"arn:aws:scheduler:{_PLACE}:schedule/PREFIX/*"),
    "secretsmanager": (f"arn:aws:secretsmanager:{_PLACE}:secret:PREFIX/signing-key/*",),
    "sns": (f"arn:aws:sns:{_PLACE}:PREFIX-*",),
    "sqs": (f"arn:aws:sqs:{_PLACE}:PREFIX-*",),
    "ssm": (f"arn:aws:ssm:{_PLACE}:parameter/PREFIX/*",),
}
"""Where it may be done, by service: this deployment's names, or any of a kind that AWS names (APIs, keys, mappings)."""

_ANYWHERE = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListDashboards",
    "events:ListRules",
    "iam:ListRoles",
    "kms:CreateKey",
    "kms:ListKeys",
    "lambda:CreateEventSourceMapping",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "lambda:ListLayerVersions",
    "logs:*LogDeliver*",
    "logs:Describe*",
    "logs:*QueryDefinition*",
    "route53:ListHostedZones",
    "scheduler:ListSchedule*",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:ListSecrets",
    "sns:GetSubscriptionAttributes",
    "sns:ListSubscriptions",
    "sns:ListTopics",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "sqs:ListQueues",
    "ssm:DescribeParameters",
)
"""Actions for which AWS has no resource to name (Service Authorization Reference), or a name nobody knows before."""


def read_types() -> list[str]:
    """Return the resource types of the template."""
    resources = load_document(_TEMPLATE.read_text("utf-8"))["Resources"].values()
    return sorted({str(each["Type"]) for each in resources})


def list_actions(kind: str) -> set[str]:
    """Return what CloudFormation does for one resource type, of the properties that the template has."""
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", kind).schema.get("handlers", {})
    found = {_spell(action) for each in handlers.values() for action in each.get("permissions", ())}
    used = {action for action in found if not any(fnmatchcase(action, pattern) for pattern in _UNUSED)}
    return used | set(_MORE.get(kind, ()))


def make_service_role_policy(types: Iterable[str], boundary: str = "") -> dict[str, Any]:
    """Return what CloudFormation's role may do. With a boundary (ARN) it makes only roles that this policy bounds."""
    actions = {action for kind in types for action in list_actions(kind)} - {"iam:PassRole"}
    anywhere = {action for action in actions if any(fnmatchcase(action, pattern) for pattern in _ANYWHERE)}
    statements = [_allow("Anywhere", anywhere, ("*",))]
    for service, places in _PLACES.items():
        own = {action for action in actions - anywhere if action.partition(":")[0] == service}
        for sid, pattern, condition in _conditions(boundary):
            some = {action for action in own if any(fnmatchcase(action, each) for each in pattern)}
            own -= some
            statements.append({**_allow(sid, some, places), "Condition": {"StringEquals": condition}})
        statements.append(_allow(service.capitalize(), own, places))
    services = {"StringEquals": {"iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"]}}
    statements.append({**_allow("PassRoles", {"iam:PassRole"}, _PLACES["iam"]), "Condition": services})
    return {"Version": "2012-10-17", "Statement": [each for each in statements if each["Action"]]}


def _conditions(boundary: str) -> Iterator[tuple[str, tuple[str, ...], dict[str, str | list[str]]]]:
    """Yield what is allowed on a condition only: a statement's name, patterns of actions, the condition."""
    yield (
        "KmsForSecrets",
        ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
        {"kms:ViaService": [f"secretsmanager.REGION.{it}" for it in ("amazonaws.com", "amazonaws.com.cn")]},
    )
    own_key = (
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:Disable*",
        "kms:EnableKey",
        "kms:Untag*",
        "kms:Update*",
    )
    yield "KmsOwnKey", own_key, {"aws:ResourceTag/suitetoken-secrets": "PREFIX"}
    if boundary:
        roles = ("iam:CreateRole", "iam:PutRole*")
        yield "IamBounded", roles, {"iam:PermissionsBoundary": boundary}


def make_deployer_policy() -> dict[str, Any]:
    """Return what `make deploy` and `make destroy` themselves call, with a role for CloudFormation to take."""
    stack = ("arn:aws:cloudformation:REGION:ACCOUNT_ID:stack/PREFIX/*",)
    role = ("arn:aws:iam::ACCOUNT_ID:role/cloudformation-PREFIX",)
    cloudformation = (
        "CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet DescribeStacks DescribeStackEvents"
        " DescribeEvents GetTemplateSummary DeleteStack UpdateTerminationProtection CancelUpdateStack"
    )
    bucket = (
        "CreateBucket ListBucket PutBucketPublicAccessBlock PutEncryptionConfiguration PutBucketVersioning"
        " GetBucketPolicy PutBucketPolicy PutLifecycleConfiguration"
    )
    to_cloudformation = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    keys = _PLACES["secretsmanager"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("TheStack", {f"cloudformation:{it}" for it in cloudformation.split()}, stack),
            {**_allow("ItsRole", {"iam:PassRole"}, role), "Condition": to_cloudformation},
            _allow("TheBucket", {f"s3:{it}" for it in bucket.split()}, (BUCKET,)),
            _allow("TheArtefacts", {"s3:GetObject", "s3:PutObject"}, (f"{BUCKET}/*",)),
            _allow("NamesThatAreStillTaken", {"secretsmanager:DescribeSecret"}, keys),
            _allow("WhatStaysAndWhatFires", {"cloudwatch:DescribeAlarms", "secretsmanager:ListSecrets"}, ("*",)),
        ],
    }


def fill_in(policy: dict[str, Any], **names: str) -> dict[str, Any]:
    """Return a policy with PREFIX, REGION and ACCOUNT_ID replaced."""
    text = json.dumps(policy)
    for name, value in names.items():
        text = text.replace(name, value)
    filled: dict[str, Any] = json.loads(text)
    return filled


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}


def _spell(action: str) -> str:
    service, _, name = action.partition(":")
    return f"{service}:{name[:1].upper()}{name[1:]}"


def _policies(boundary: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "service-role", make_service_role_policy(read_types(), boundary)
    yield "deployer", make_deployer_policy()


def main() -> None:
    """Write the policies into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where service-role.json and deployer.json are written")
    parser.add_argument("--prefix", default="suitetoken")
    parser.add_argument("--region", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--boundary", default="", help="the ARN that PERMISSIONS_BOUNDARY has; every role must have it")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, policy in _policies(given.boundary):
        filled = fill_in(policy, PREFIX=given.prefix, REGION=given.region, ACCOUNT_ID=given.account)
        (given.folder / f"{name}.json").write_text(json.dumps(filled, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
