"""Switches IAM on: every call is then signed by somebody, and made only if that somebody's policies allow it.

moto finds out who calls, checks the signature and holds the policies; what they decide is decided by `policies.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.core.authorization import enable_iam_authentication
from moto.iam.access_control import IAMPolicy, IAMRequestBase
from moto.secretsmanager.models import secretsmanager_backends
from moto.sts.models import sts_backends

from local.aws.policies import Call, allows
from local.aws.resources import (
    resource_of_event,
    resource_of_invocation,
    resource_of_key,
    resource_of_log_call,
    resource_of_parameter_call,
    resource_of_queue_name,
    resource_of_topic_call,
    tags_of_key,
)

_NAMED_OTHERWISE = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "monitoring:DescribeAlarms": "cloudwatch:DescribeAlarms",
    "monitoring:GetMetricData": "cloudwatch:GetMetricData",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "xray:TelemetryRecords": "xray:PutTelemetryRecords",
    "xray:TraceSegments": "xray:PutTraceSegments",
    "xray:TraceSummaries": "xray:GetTraceSummaries",
}
"""Calls that another action allows than the one of their name (Service Authorization Reference); moto has no whole
names for X-Ray's."""
_CALLS_OF_KEY = {
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    "secretsmanager:CreateSecret": ("kms:GenerateDataKey", "kms:Decrypt"),
    "secretsmanager:PutSecretValue": ("kms:GenerateDataKey", "kms:Decrypt"),
    "secretsmanager:UpdateSecret": ("kms:GenerateDataKey", "kms:Decrypt"),
}
"""What Secrets Manager does with a customer's own key in its caller's name (User Guide, "Secret encryption …")."""


_KEY_OF_AWS = "alias/aws/secretsmanager"


@dataclass(frozen=True, slots=True)
class Decision:
    """What IAM said about one call of somebody, who is named by his ARN."""

    who: str
    call: Call
    is_allowed: bool


_decisions: list[Decision] = []


@contextmanager
def enforced() -> Iterator[list[Decision]]:
    """Let IAM decide every call that this process's corrected moto answers in the block; gives what it decides."""
    _decisions.clear()
    with enable_iam_authentication():
        yield _decisions


def assume_role(arn: str, account: str, region: str) -> dict[str, str]:
    """Return the credentials that a service of AWS gets when it assumes a role, as keyword arguments for boto3."""
    role = sts_backends[account]["aws"].assume_role(region, "local", arn, "", 3600, "")
    return {
        "aws_access_key_id": role.access_key_id,
        "aws_secret_access_key": role.secret_access_key,
        "aws_session_token": role.session_token,
    }


def check_action_permitted(request: IAMRequestBase, resource: str) -> None:
    """Stand in for moto's own decision, once it has found out who calls and that the signature is good."""
    policies = [IAMPolicy(policy)._policy_json for policy in request._access_key.collect_policies()]
    who, boundary = request._access_key.arn, _boundary_of(request)
    decided = [Decision(who, call, allows(policies, call, boundary)) for call in calls_of(request, resource)]
    _decisions.extend(decided)
    if not all(decision.is_allowed for decision in decided):
        request._raise_access_denied()


def calls_of(request: IAMRequestBase, resource: str) -> Iterator[Call]:
    """Yield all that must be allowed for one request: each event on its own, and what is done in the caller's name."""
    action, place = _NAMED_OTHERWISE.get(request._action, request._action), (request._region, request.account_id)
    match action.split(":"):
        case ["sts", "GetCallerIdentity"]:  # needs no permission (STS API Reference)
            return
        case ["events", "PutEvents"]:
            for entry in _body(request)["Entries"]:
                yield Call(action, resource_of_event(entry, *place), {"events:source": entry["Source"]})
        case ["logs", _]:
            yield Call(action, resource_of_log_call(_body(request), *place))
        case ["ssm", _]:
            yield Call(action, resource_of_parameter_call(_body(request), *place))
        case ["sqs", "GetQueueUrl"]:
            yield Call(action, resource_of_queue_name(_body(request), *place))
        case ["sns", _]:
            yield Call(action, resource_of_topic_call(request._data))
        case ["lambda", "InvokeFunction"]:
            yield Call(action, resource_of_invocation(request._path, *place))
        case ["kms", "CreateAlias" | "UpdateAlias"]:
            yield from _alias_calls(action, _body(request), *place)
        case ["kms", _]:
            yield Call(action, resource, _key_context(resource, _body(request), *place))
        case _:
            yield Call(action, resource)
            yield from _key_calls(action, resource, request)


def _boundary_of(request: IAMRequestBase) -> Any:
    """Return the policy that bounds the caller's role, or None."""
    name = getattr(request._access_key, "_owner_role_name", None)
    arn = request.backend.get_role(name).permissions_boundary_arn if name else None
    return IAMPolicy(request.backend.get_policy(arn))._policy_json if arn else None


def _alias_calls(action: str, body: dict[str, Any], region: str, account: str) -> Iterator[Call]:
    """Yield what naming a key needs: the action on the alias, and on the key (KMS Developer Guide, alias access)."""
    yield Call(action, f"arn:aws:kms:{region}:{account}:{body['AliasName']}")
    key = resource_of_key(str(body["TargetKeyId"]), region, account)
    yield Call(action, key, _key_context(key, {}, region, account))


def _key_context(resource: str, body: dict[str, Any], region: str, account: str) -> dict[str, str]:
    """Return what conditions may ask of a direct call to KMS: encryption context, the tags asked for, the key's own."""
    given = {f"kms:encryptioncontext:{key.lower()}": value for key, value in body.get("EncryptionContext", {}).items()}
    given |= {f"aws:requesttag/{tag['TagKey'].lower()}": tag["TagValue"] for tag in body.get("Tags", [])}
    return given | {f"aws:resourcetag/{key.lower()}": value for key, value in tags_of_key(resource, region, account)}


def _key_calls(action: str, arn: str, request: IAMRequestBase) -> Iterator[Call]:
    """Yield the calls to KMS about a secret that is encrypted with a customer's own key."""
    if action not in _CALLS_OF_KEY:
        return
    region, account = request._region, request.account_id
    secrets = secretsmanager_backends[account][region].secrets
    key = _body(request).get("KmsKeyId") or getattr(secrets.get(arn), "kms_key_id", None)
    if key in (None, _KEY_OF_AWS):
        return
    context = {
        "kms:viaservice": f"secretsmanager.{region}.amazonaws.com",
        "kms:calleraccount": account,
        "kms:encryptioncontext:secretarn": arn,
    }
    resource = resource_of_key(str(key), region, account)
    tags = {f"aws:resourcetag/{name.lower()}": value for name, value in tags_of_key(resource, region, account)}
    for each in _CALLS_OF_KEY[action]:
        yield Call(each, resource, context | tags)


def _body(request: IAMRequestBase) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request._body or b"{}")
    return body
