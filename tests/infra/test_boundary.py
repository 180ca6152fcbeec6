"""A boundary that an account asks for: the roles keep within it, and one that has what the page names is enough."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.aws import corrected_moto
from local.aws.enforcement import enforced
from local.environment import ACCOUNT
from tests.stacks.enforced import NOBODY, EnforcedStack, deploy_with_roles, is_denied, make_client
from tests.stacks.iam_page import ROLES, allowed_anywhere, read_table

ARN = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
ENTRY = {"Source": "suitetoken", "DetailType": "Probe", "Detail": "{}"}
SERVICES = ("secretsmanager", "sqs", "events", "logs", "xray", "lambda")


@contextmanager
def bounded(*actions: str) -> Iterator[EnforcedStack]:
    """Give a deployment whose roles are bounded by a policy that allows these actions everywhere."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    with corrected_moto():
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        make_client("iam", NOBODY).create_policy(PolicyName="boundary", PolicyDocument=policy)
        deployed = deploy_with_roles("prod", PermissionsBoundary=ARN)
        make_client("secretsmanager", NOBODY).create_secret(Name="prod/token/x", SecretString="x")
        with enforced():
            yield deployed


@pytest.mark.parametrize("role", ["WebRole", "RotateRole"])
def test_a_boundary_takes_away(role: str) -> None:
    """What the boundary leaves out is denied, and the rest works."""
    with bounded("secretsmanager:*") as deployed:
        assert not is_denied(deployed.client_of(role, "secretsmanager").get_secret_value, SecretId="prod/token/x")
        assert is_denied(deployed.client_of(role, "events").put_events, Entries=[ENTRY])


def test_a_boundary_gives_nothing() -> None:
    """However much it allows, a role may do no more than before."""
    with bounded("*") as deployed:
        assert is_denied(deployed.client_of("SweepRole", "secretsmanager").get_secret_value, SecretId="prod/token/x")
        assert not is_denied(deployed.client_of("SweepRole", "secretsmanager").list_secrets)


def test_the_page_s_actions_are_enough_for_a_boundary() -> None:
    """A boundary with all that the page names lets the roles work."""
    names = {name for role in ROLES.values() for name in allowed_anywhere(read_table(), role)}
    with bounded(*(f"{service}:{name}" for service in SERVICES for name in names)) as deployed:
        assert not is_denied(deployed.client_of("WebRole", "secretsmanager").get_secret_value, SecretId="prod/token/x")
        assert not is_denied(deployed.client_of("RotateRole", "events").put_events, Entries=[ENTRY])
