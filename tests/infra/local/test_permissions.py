"""With moto's IAM check switched on, a policy for one secret opens that secret and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from local.aws import corrected_moto

REGION = "eu-west-1"
_SETTING_UP = 6


def make_reader(action: str, arn: str) -> dict[str, Any]:
    """Return the credentials of a user who may do one thing with what an ARN pattern covers."""
    iam = boto3.client("iam", region_name=REGION)
    iam.create_user(UserName="reader")
    statement = {"Effect": "Allow", "Action": [action], "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def denied(call: Callable[[], Any]) -> bool:
    """Whether IAM denies a call."""
    try:
        call()
    except ClientError as error:
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] == 403)
    return False


@pytest.mark.parametrize(
    ("secret", "is_denied"), [("p/token/own", False), ("p/token/other", True), ("p/token/own-more", True)]
)
def test_policy_is_held_against_the_secret(secret: str, is_denied: bool) -> None:
    """The resource of GetSecretValue is the secret's ARN, so the six characters after its name decide too."""

    @set_initial_no_auth_action_count(_SETTING_UP)
    def read() -> bool:
        client = boto3.client("secretsmanager", region_name=REGION)
        for name in ("p/token/own", "p/token/other", "p/token/own-more"):
            client.create_secret(Name=name, SecretString="x")
        pattern = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:p/token/own-??????"
        reader = boto3.client(
            "secretsmanager", region_name=REGION, **make_reader("secretsmanager:GetSecretValue", pattern)
        )
        return denied(lambda: reader.get_secret_value(SecretId=secret))

    with corrected_moto():
        assert read() is is_denied


@pytest.mark.parametrize(("number", "is_denied"), [(0, False), (1, True)])
def test_policy_is_held_against_the_key(number: int, is_denied: bool) -> None:
    """The resource of a KMS call is the key's ARN, whether the call names its id or its ARN."""

    @set_initial_no_auth_action_count(_SETTING_UP - 1)
    def encrypt() -> bool:
        client = boto3.client("kms", region_name=REGION)
        arns = [client.create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
        user = boto3.client("kms", region_name=REGION, **make_reader("kms:Encrypt", arns[0]))
        key_id = arns[number].rpartition("/")[2]
        return denied(lambda: user.encrypt(KeyId=key_id, Plaintext=b"x"))

    with corrected_moto():
        assert encrypt() is is_denied
