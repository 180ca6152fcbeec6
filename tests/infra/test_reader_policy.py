"""The policy that `suitetoken policy` prints, in IAM's hands: it opens one token secret, however it is asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws import corrected_moto
from local.aws.enforcement import enforced
from local.environment import ACCOUNT, REGION
from suitetoken.cli.main import run
from tests.stacks.enforced import NOBODY, Keys, deploy_with_roles, is_denied, make_client, make_user
from tests.stacks.iam_probes import SECRET, Probed

OWN = "prod/token/finance"
ALIKE = ("finance-prod", "finance-abcdef", "finance-", "financ", "finance2", "finance/x", "x-finance")
OTHERS = (
    *(f"prod/token/{name}" for name in ALIKE),
    "prod/connection/finance",
    "prod/client/finance",
    "prod/signing-key/link",
    "prod/signing-key/state",
    "dev/token/finance",
    "prod-token/finance",
    "token/finance",
)


@dataclass(frozen=True)
class Readers:
    """Who reads `finance` in an account, what else there is by name, and the key of the deployment `sealed`."""

    plain: Keys
    without_key: Keys
    with_key: Keys
    arns: dict[str, str]
    key: str
    sealed: bytes

    @property
    def secrets(self) -> Any:
        """The reader's own client."""
        return make_client("secretsmanager", self.plain)


def print_policy(prefix: str, *options: str) -> dict[str, Any]:
    """Return what the command prints for `finance`."""
    where = ("--prefix", prefix, "--region", REGION, "--account-id", ACCOUNT)
    with redirect_stdout(io.StringIO()) as out:
        assert run(["policy", "finance", *where, *options]) == 0
    policy: dict[str, Any] = json.loads(out.getvalue())
    return policy


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """Make everything and switch IAM on."""
    with corrected_moto():
        deploy_with_roles("prod")
        secrets, kms = make_client("secretsmanager", NOBODY), make_client("kms", NOBODY)
        for name in (OWN, *(name for name in OTHERS if "signing-key" not in name)):
            secrets.create_secret(Name=name, SecretString=name)
        key = kms.create_key()["KeyMetadata"]["Arn"]
        for name in ("sealed/token/finance", "sealed/token/finance-prod"):
            secrets.create_secret(Name=name, SecretString=name, KmsKeyId=key)
        readers = Readers(
            plain=make_user("plain", print_policy("prod")),
            without_key=make_user("without", print_policy("sealed")),
            with_key=make_user("with", print_policy("sealed", "--kms-key", key)),
            arns={name: secrets.describe_secret(SecretId=name)["ARN"] for name in (OWN, *OTHERS)},
            key=key,
            sealed=kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"],
        )
        with enforced():
            yield readers


def test_own_secret_is_open_by_name_and_by_arn(readers: Readers) -> None:
    """The one token is read by its name, its whole ARN, and its ARN without the last six characters."""
    for asked in (OWN, readers.arns[OWN], readers.arns[OWN][:-7]):
        assert readers.secrets.get_secret_value(SecretId=asked)["SecretString"] == OWN


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_secret_is_closed(readers: Readers, name: str) -> None:
    """Nothing else opens: no name that begins alike, no connection, client or key, no other deployment."""
    for asked in (name, readers.arns[name], readers.arns[name][:-7]):
        assert is_denied(readers.secrets.get_secret_value, SecretId=asked), asked


def test_an_arn_that_could_mean_two_secrets_opens_neither(readers: Readers) -> None:
    """The partial ARN of `finance-abcdef` looks like a whole ARN of `finance`, and the reader gets nothing by it."""
    partial = readers.arns[OWN][:-6] + "abcdef"
    assert readers.arns["prod/token/finance-abcdef"].startswith(partial)
    assert is_denied(readers.secrets.get_secret_value, SecretId=partial)


@pytest.mark.parametrize("action", [action for action in SECRET if action != "GetSecretValue"])
def test_reading_is_all(readers: Readers, action: str) -> None:
    """Not even the own secret can be changed, described or deleted."""
    assert is_denied(SECRET[action], readers.secrets, Probed(OWN))


def test_lists_are_closed(readers: Readers) -> None:
    """A reader learns no other names, and cannot go round by the batch."""
    assert is_denied(readers.secrets.list_secrets)
    assert is_denied(readers.secrets.batch_get_secret_value, SecretIdList=[OWN, "prod/token/finance-prod"])


def test_own_key_needs_its_own_statement(readers: Readers) -> None:
    """With a key of the customer's own, reading also decrypts: that needs --kms-key, and opens the one secret."""
    name = "sealed/token/finance"
    secrets = make_client("secretsmanager", readers.with_key)
    assert is_denied(make_client("secretsmanager", readers.without_key).get_secret_value, SecretId=name)
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == name
    assert is_denied(secrets.get_secret_value, SecretId="sealed/token/finance-prod")


def test_the_key_is_closed_outside_secrets_manager(readers: Readers) -> None:
    """The statement about the key holds through Secrets Manager only: KMS itself refuses the reader."""
    kms = make_client("kms", readers.with_key)
    assert is_denied(kms.decrypt, KeyId=readers.key, CiphertextBlob=readers.sealed)
    assert is_denied(kms.decrypt, CiphertextBlob=readers.sealed)


def test_what_is_called_denied_is_iam_s_answer(readers: Readers) -> None:
    """A secret that the policy covers and that is not there fails otherwise, so it does not count as denied."""
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        is_denied(make_client("secretsmanager", readers.plain).get_secret_value, SecretId=OWN, VersionStage="NONE")
