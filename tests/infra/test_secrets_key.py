"""A key of one's own for the secrets: made by the stack, used through Secrets Manager by whom it is for."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest
from moto.secretsmanager.models import secretsmanager_backends

from local.aws import corrected_moto
from local.aws.enforcement import enforced
from local.aws.policies import Call, allows
from local.environment import ACCOUNT, REGION
from suitetoken.cli.main import run
from tests.stacks.enforced import (
    NOBODY,
    EnforcedStack,
    Keys,
    deploy_with_roles,
    is_denied,
    make_client,
    make_user,
    operating_as,
)
from tests.stacks.iam_page import read_policy
from tests.stacks.template import deploy, read_document

SECRETS = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pp/"
OTHERS = "111122223333,444455556666"


@dataclass(frozen=True)
class Sealed:
    """A deployment whose secrets have a key of their own, and its operator's credentials."""

    stack: EnforcedStack
    operator: Keys


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sealed]:
    """A deployment with a key of its own, and an operator who has typed two commands; then IAM is on."""
    with corrected_moto():
        stack = deploy_with_roles("prod", SecretsKey="own")
        where = {"PREFIX": "prod", "REGION": REGION, "ACCOUNT_ID": ACCOUNT, "KEY_ARN": key_of(stack)}
        plain = read_policy("Operators", **where)
        with_key = read_policy("Operators where the secrets have a key of their own", **where)
        keys = make_user("operator", {**plain, "Statement": [*plain["Statement"], *with_key["Statement"]]})
        without = make_user("without", plain)
        with enforced():
            monkeypatch.setattr("sys.stdin", io.StringIO("secret"))
            assert operate(without, "client add acme --account-id 1234567 --client-id abc --public") == 5
            assert operate(keys, "client add acme --account-id 1234567 --client-id abc --public") == 0
            assert operate(keys, "connection add finance --client acme --scope restlets") == 0
            yield Sealed(stack, keys)


def operate(keys: Keys, command: str) -> int:
    """Type a command with these credentials."""
    with operating_as(keys, suitetoken_prefix="prod"):
        return run(command.split())


def key_of(stack: EnforcedStack) -> str:
    """Return the ARN of the stack's key."""
    return str(stack.stack.only("AWS::KMS::Key").attributes["Arn"])


def test_every_secret_is_encrypted_with_it(sealed: Sealed) -> None:
    """The stack's own and those that operators make."""
    stored: Any = secretsmanager_backends[ACCOUNT][REGION].secrets
    names = ("signing-key/link", "signing-key/state", "client/acme", "connection/finance", "token/finance")
    assert {stored.get(f"prod/{name}").kms_key_id for name in names} == {key_of(sealed.stack)}


def test_the_broker_uses_it_through_secrets_manager_only(sealed: Sealed) -> None:
    """Saving works; a direct call to KMS does not, and the sweep needs none of it."""
    for role in ("WebRole", "RotateRole"):
        secrets = sealed.stack.client_of(role, "secretsmanager")
        secrets.put_secret_value(SecretId="prod/token/finance", SecretString="x")
        kms = sealed.stack.client_of(role, "kms")
        assert is_denied(kms.generate_data_key, KeyId=key_of(sealed.stack), KeySpec="AES_256")
    assert is_denied(
        sealed.stack.client_of("SweepRole", "kms").generate_data_key, KeyId=key_of(sealed.stack), KeySpec="AES_256"
    )


@pytest.mark.slow
@pytest.mark.parametrize("choice", ["aws", "own", "given"])
def test_secrets_of_before_are_opened_and_written(choice: str) -> None:
    """Under the key of a stack that was destroyed, with the same prefix; one of another deployment stays closed."""
    with corrected_moto():
        kms, secrets = make_client("kms", NOBODY), make_client("secretsmanager", NOBODY)
        given = kms.create_key()["KeyMetadata"]["Arn"]
        for prefix in ("prod", "dev"):
            tags = [{"TagKey": "suitetoken-secrets", "TagValue": prefix}]
            old = kms.create_key(Tags=tags)["KeyMetadata"]["Arn"]
            secrets.create_secret(Name=f"prod/token/of-{prefix}", SecretString="x", KmsKeyId=old)
        secrets.create_secret(Name="prod/token/new", SecretString="x", KmsKeyId=given)
        stack = deploy_with_roles("prod", SecretsKey=given if choice == "given" else choice)
        with enforced():
            for role in ("WebRole", "RotateRole"):
                client = stack.client_of(role, "secretsmanager")
                for call, more in ((client.get_secret_value, {}), (client.put_secret_value, {"SecretString": "y"})):
                    assert not is_denied(call, SecretId="prod/token/of-prod", **more)
                    assert is_denied(call, SecretId="prod/token/of-dev", **more)
                    assert is_denied(call, SecretId="prod/token/new", **more) is (choice != "given")


def test_a_key_that_is_given_is_used_and_none_is_made() -> None:
    """By the stack's own secrets, by the roles, and by the command, which reads the parameter."""
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
    deployed = deploy(Prefix="pp", SecretsKey=key)
    assert deployed.of_type("KMS::Key") == {}
    assert {secret["KmsKeyId"] for secret in deployed.of_type("SecretsManager::Secret").values()} == {key}
    assert deployed.properties["SecretsKeyParameter"]["Value"] == key
    assert deployed.outputs["SecretsKeyArn"] == key
    for role, uses in {"WebRole": True, "RotateRole": True, "SweepRole": False}.items():
        assert (key in {resource for _, resource, _ in deployed.grants(role)}) is uses


@pytest.mark.parametrize(
    ("value", "is_allowed"),
    [
        ("aws", True),
        ("own", True),
        ("arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab", True),
        ("arn:aws:kms:eu-west-1:123456789012:alias/mine", False),
        ("mine", False),
    ],
)
def test_what_secrets_key_may_be(value: str, is_allowed: bool) -> None:
    """A word, or the ARN of a key; an alias may come to lead elsewhere, away from what it has encrypted."""
    pattern = read_document()["Parameters"]["SecretsKey"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is is_allowed


def test_an_operator_has_a_secret_use_another_key(sealed: Sealed) -> None:
    """UpdateSecret, on what operators keep and on nothing else."""
    client = make_client("secretsmanager", sealed.operator)
    key = key_of(sealed.stack)
    assert not is_denied(client.update_secret, SecretId="prod/token/finance", KmsKeyId=key)
    assert is_denied(client.update_secret, SecretId="prod/signing-key/link", KmsKeyId=key)


def test_the_printed_policy_has_the_key(sealed: Sealed) -> None:
    """A reader needs both statements; the command finds the key by itself."""
    with redirect_stdout(io.StringIO()) as out:
        assert operate(sealed.operator, "policy finance") == 0
    assert json.loads(out.getvalue())["Statement"][1]["Resource"] == key_of(sealed.stack)


def key_policy(**parameters: str) -> dict[str, Any]:
    """Return the policy of the key of a deployment with the prefix `pp`."""
    policy: dict[str, Any] = deploy(Prefix="pp", SecretsKey="own", **parameters).properties["SecretsEncryption"][
        "KeyPolicy"
    ]
    return policy


@pytest.mark.parametrize("action", ["Decrypt", "Encrypt", "GenerateDataKey"])
@pytest.mark.parametrize(
    ("secret", "service", "is_allowed"),
    [
        (f"{SECRETS}connection/finance-AbCdEf", "secretsmanager.eu-west-1.amazonaws.com", True),
        (f"{SECRETS}connection/finance-AbCdEf", "secretsmanager.eu-west-1.amazonaws.com.cn", True),
        (f"{SECRETS}connection/finance-AbCdEf", "s3.eu-west-1.amazonaws.com", False),
        (f"{SECRETS.replace(':pp/', ':other/')}token/finance-AbCdEf", "secretsmanager.eu-west-1.amazonaws.com", False),
        ("RequestToValidateKeyAccess", "secretsmanager.eu-west-1.amazonaws.com", True),
        ("RequestToValidateKeyAccess", "s3.eu-west-1.amazonaws.com", False),
    ],
)
def test_the_key_is_for_this_deployment_s_secrets_only(
    action: str, secret: str, service: str, is_allowed: bool
) -> None:
    """On the way through Secrets Manager, for all that it calls there, and for its look whether the caller may."""
    context = {"kms:viaservice": service, "kms:encryptioncontext:secretarn": secret}
    assert allows([without_principals(key_policy())], Call(f"kms:{action}", "key", context)) is is_allowed


def test_whoever_administers_the_key_cannot_use_it() -> None:
    """No action of the administration encrypts or decrypts."""
    (administration, *_) = key_policy()["Statement"]
    actions = {action.removeprefix("kms:") for action in administration["Action"]}
    assert not actions & {"Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "CreateGrant", "*"}
    assert "PutKeyPolicy" in actions


def test_other_accounts_decrypt_tokens_and_nothing_else() -> None:
    """Only those that are named, and only where they are."""
    (statement,) = [it for it in key_policy(ReaderAccounts=OTHERS)["Statement"] if "OtherAccounts" in it["Sid"]]
    assert statement["Principal"] == {"AWS": OTHERS.split(",")}
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Condition"]["StringLike"]["kms:EncryptionContext:SecretARN"] == f"{SECRETS}token/*"
    assert not any("OtherAccounts" in it["Sid"] for it in key_policy()["Statement"])


def without_principals(policy: dict[str, Any]) -> dict[str, Any]:
    """Return a policy as if it were the caller's own."""
    return {"Statement": [{k: v for k, v in it.items() if k != "Principal"} for it in policy["Statement"]]}
