"""Deployed stacks with IAM switched on: each caller has exactly the policies that the template gives."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError

from local.aws import corrected_moto
from local.aws.enforcement import assume_role
from local.environment import ACCOUNT, REGION
from local.stack.resource_types import Place
from local.stack.stack import Stack, make_stack
from local.stack.template import Template
from local.twin import TEMPLATE
from suitetoken.admin.deployment import _open_session

Keys = Mapping[str, str]
"""Credentials, as keyword arguments of boto3's clients."""
NOBODY: Keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
"""Enough as long as IAM is off, and refused from then on."""


@dataclass(frozen=True)
class EnforcedStack:
    """One stack, its roles as they are in IAM, by their logical names, and where its AWS answers."""

    stack: Stack
    roles: Mapping[str, str]
    endpoint: str | None = None

    def keys_of(self, role: str) -> Keys:
        """Return fresh credentials of a role, as the service that assumes it gets them."""
        return assume_role(self.roles[role], ACCOUNT, REGION)

    def client(self, service: str, keys: Keys) -> Any:
        """Return a client that signs with these credentials."""
        return make_client(service, keys, self.endpoint)

    def client_of(self, role: str, service: str) -> Any:
        """Return a client that may do what a role may do."""
        return self.client(service, self.keys_of(role))


def deploy_with_roles(
    prefix: str, public_url: str = "https://broker.example", endpoint: str | None = None, **parameters: str
) -> EnforcedStack:
    """Make a stack and its roles, with further parameters of the template; IAM must still be off."""

    def client(service: str) -> Any:
        return make_client(service, NOBODY, endpoint)

    given = {"Prefix": prefix, "Release": "r1", "Monitoring": "full", **parameters}
    stack = make_stack(Template.from_file(TEMPLATE), given, Place(REGION, ACCOUNT, public_url), client)
    return EnforcedStack(stack, _make_roles(stack, prefix, client("iam")), endpoint)


def make_user(name: str, policy: Mapping[str, Any], endpoint: str | None = None) -> Keys:
    """Return the keys of a new user with one policy; IAM must still be off."""
    iam = make_client("iam", NOBODY, endpoint)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def is_denied(call: Any, *arguments: Any, **options: Any) -> bool:
    """Whether IAM denies a call; any other failure is raised, so that what is not denied has worked."""
    try:
        call(*arguments, **options)
    except ClientError as error:
        if "AccessDenied" not in str(error):
            raise
        return True
    return False


@contextmanager
def operating_as(keys: Keys, **variables: str) -> Iterator[None]:
    """Let the command find these credentials, and nobody else's whose session it may still have."""
    given = {**keys, "aws_region": REGION, **variables}
    with ExitStack() as undo:
        undo.callback(_open_session.cache_clear)
        undo.enter_context(patch.dict(os.environ, {name.upper(): value for name, value in given.items()}))
        _open_session.cache_clear()
        yield


@contextmanager
def two_stacks() -> Iterator[tuple[EnforcedStack, EnforcedStack]]:
    """Give `prod` and `dev` in one account, in this process, before IAM is on."""
    with corrected_moto():
        yield deploy_with_roles("prod"), deploy_with_roles("dev")


def make_client(service: str, keys: Keys, endpoint: str | None = None) -> Any:
    """Return a client with these credentials and none of the machine's own."""
    return _session().client(service, endpoint_url=endpoint, **keys)


@cache
def _session() -> boto3.Session:
    return boto3.Session(region_name=REGION)


def _make_roles(stack: Stack, prefix: str, iam: Any) -> dict[str, str]:
    """Make the template's roles with their very policies; a property that is not made is an error."""
    arns = {}
    for role in stack.of_type("AWS::IAM::Role"):
        properties = dict(role.properties)
        trust, policies = properties.pop("AssumeRolePolicyDocument"), properties.pop("Policies")
        bound = {name: properties.pop(name) for name in ("PermissionsBoundary",) if name in properties}
        properties.pop("Description")
        assert not properties, f"{role.name} has {', '.join(properties)}, which is not made here"
        name = f"{prefix}-{role.name}"
        answer = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **bound)
        for each in policies:
            document = json.dumps(each["PolicyDocument"])
            iam.put_role_policy(RoleName=name, PolicyName=each["PolicyName"], PolicyDocument=document)
        arns[role.name] = answer["Role"]["Arn"]
    return arns
