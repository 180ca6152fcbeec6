"""The operators' policy of docs/iam.md is enough for the whole command, and ends at the deployment."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import click
import pytest

from local.aws import corrected_moto
from local.aws.enforcement import enforced
from local.aws.policies import Call, allows
from local.aws.server import aws_server
from local.environment import ACCOUNT, REGION
from suitetoken.cli.main import run, suitetoken
from tests.stacks.enforced import NOBODY, deploy_with_roles, is_denied, make_client, make_user, operating_as
from tests.stacks.iam_page import read_policy


def policy_of(prefix: str) -> dict[str, Any]:
    """Return the policy of an operator of one deployment."""
    return read_policy("Operators", PREFIX=prefix, REGION=REGION, ACCOUNT_ID=ACCOUNT)


COMMANDS = (
    "client add acme --account-id 1234567 --client-id abc --client-secret-stdin",
    "client list",
    "client show acme",
    "client update acme --client-id def",
    "connection add finance --client acme --scope restlets",
    "connection list",
    "connection show finance",
    "connection update finance --role 1017",
    "connection update finance --reader arn:aws:iam::123456789012:role/nightly",
    "connection update finance --remove-reader arn:aws:iam::123456789012:role/nightly",
    "connection update finance --replica-region eu-west-3",
    "connection update finance --remove-replica-region eu-west-3",
    "connection add nightly --client acme --scope restlets --grant-type client_credentials",
    "connection add weekly --client acme --scope restlets --grant-type client_credentials",
    "certificate create nightly",
    "certificate create nightly",
    "certificate create weekly --key-store secrets-manager",
    "certificate register nightly --certificate-id abc --dry-run",
    "certificate show nightly",
    "certificate list",
    "certificate retire nightly",
    "connection remove nightly --yes",
    "connection remove weekly --yes",
    "link finance",
    "rotate finance",
    "revoke finance --yes",
    "key rotate link",
    "key rotate state",
    "status",
    "status finance",
    "policy finance",
    "connection remove finance --yes",
    "client add other --account-id 1234567 --client-id abc --public",
    "client remove other",
)
NEEDS_A_TOKEN_ONLY = {"call", "completion", "exec", "export", "restlet", "suiteql", "token"}
"""Commands of readers, who need less."""
WORKED = (0, 3)
"""3: it worked, and says that a person must authorize."""


@pytest.fixture
def desk() -> Iterator[dict[str, str]]:
    """Give the keys of an operator of `prod`, in an account that has `dev` too, and set them in the environment."""
    with corrected_moto():
        for prefix in ("prod", "dev"):
            deploy_with_roles(prefix)
        for name in ("dev/token/finance", "dev/client/acme"):
            make_client("secretsmanager", NOBODY).create_secret(Name=name, SecretString="x")
        keys = dict(make_user("operator", policy_of("prod")))
        with enforced(), operating_as(keys, suitetoken_prefix="prod"):
            yield keys


def test_the_doctor_may_look_at_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is denied with this policy; with another deployment's, whatever has a name is.

    CloudFormation does not ask IAM here, and moto refuses every signed GET with a query, as the schedule's is.
    """
    with aws_server() as endpoint:
        deploy_with_roles("prod", endpoint=endpoint)
        users = {prefix: make_user(prefix, policy_of(prefix), endpoint) for prefix in ("prod", "dev")}
        denied = {}
        with enforced():
            for prefix, keys in users.items():
                with operating_as(keys, suitetoken_prefix="prod", aws_endpoint_url=endpoint):
                    run(["doctor", "--json"])
                lines = json.loads(capsys.readouterr().out)
                denied[prefix] = {line["check"] for line in lines if line["mark"] == "denied"} - {"schedule"}
    assert denied == {"prod": set(), "dev": {"public URL", "dead letters", "notices", "signing keys"}}


def test_every_command_works(
    desk: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that an operator types works with this policy and no other."""
    for command in COMMANDS:
        monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
        assert run(command.split()) in WORKED, (command, capsys.readouterr().err)


def test_another_deployment_is_closed(desk: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The same commands end with the code for denied access on the other deployment."""
    for command in ("client show acme", "link finance", "key rotate link", "rotate finance"):
        assert run([*command.split(), "--prefix", "dev"]) == 5, command
    assert is_denied(make_client("secretsmanager", desk).get_secret_value, SecretId="dev/token/finance")


def test_the_state_key_is_replaced_and_never_read(desk: dict[str, str]) -> None:
    """What signs attempts is the broker's alone; links are signed by operators too."""
    client = make_client("secretsmanager", desk)
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        assert is_denied(client.get_secret_value, SecretId="prod/signing-key/state", VersionStage=stage)
    assert client.get_secret_value(SecretId="prod/signing-key/link", VersionStage="AWSCURRENT")["SecretString"]
    before = client.describe_secret(SecretId="prod/signing-key/state")["VersionIdsToStages"]
    assert run(["key", "rotate", "state"]) == 0
    after = client.describe_secret(SecretId="prod/signing-key/state")["VersionIdsToStages"]
    assert [after[version] for version, stages in before.items() if "AWSCURRENT" in stages] == [["AWSPREVIOUS"]]


def test_every_command_is_tried() -> None:
    """The list above has every command, but for the doctor, who has tests of his own."""
    tried = {command.split()[0] for command in COMMANDS}
    listed = set(suitetoken.list_commands(click.Context(suitetoken)))
    assert tried | NEEDS_A_TOKEN_ONLY | {"doctor"} == listed


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudformation:DescribeStacks", "arn:aws:cloudformation:{place}:stack/{prefix}/1b2c3d4e-0000"),
        ("scheduler:GetSchedule", "arn:aws:scheduler:{place}:schedule/{prefix}/{prefix}-sweep"),
    ],
)
def test_the_doctor_may_look_at_its_own_stack_and_schedule(action: str, resource: str) -> None:
    """What IAM is not asked about here is tried on the policy's text: allowed for this deployment and for no other."""
    for prefix, is_allowed in (("prod", True), ("dev", False), ("prod2", False)):
        arn = resource.format(place=f"{REGION}:{ACCOUNT}", prefix=prefix)
        assert allows([policy_of("prod")], Call(action, arn)) is is_allowed
