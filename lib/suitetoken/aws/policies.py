"""What IAM must allow one reader, and no more. Pure: policies as the JSON objects that IAM takes.

Source: AWS Secrets Manager User Guide, "Permissions policy examples" and "Secret encryption and decryption".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_name

_ACCOUNT_ID = re.compile(r"[0-9]{12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]+", re.ASCII)
_KEY_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+", re.ASCII)
_SUFFIX = "??????"
"""Secrets Manager ends an ARN in a hyphen and six characters. `-*` would open other secrets with a longer name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the secrets are, as ARNs have it."""

    partition: str
    region: str
    account_id: str


UNKNOWN_PLACE = Place("aws", "REGION", "ACCOUNT_ID")
"""Stands where somebody must fill in the real values."""


def parse_region(text: str) -> str:
    """Return the name of an AWS region, or raise InvalidInput."""
    if not _REGION.fullmatch(text):
        raise InvalidInput("the region does not look like an AWS region.", next_step="give one like eu-west-1.")
    return text


def parse_place(region: str, account_id: str) -> Place:
    """Return the place of an AWS account's region, or raise InvalidInput."""
    parse_region(region)
    if not _ACCOUNT_ID.fullmatch(account_id):
        raise InvalidInput("the AWS account id has not twelve digits.", next_step="give one like 123456789012.")
    partitions = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    partition = next((name for start, name in partitions.items() if region.startswith(start)), "aws")
    return Place(partition, region, account_id)


def make_reader_policy(prefix: str, connection: str, place: Place, key_arn: str | None = None) -> dict[str, Any]:
    """Return the policy that lets its holder read one connection's access token and nothing else.

    `key_arn` is needed only where the secrets are encrypted with a key of your own instead of `aws/secretsmanager`; it
    may then be used for this one secret, through Secrets Manager. Raises InvalidInput.
    """
    parse_name(prefix, "prefix")
    parse_name(connection, "connection")
    start = f"arn:{place.partition}:secretsmanager:{place.region}:{place.account_id}:secret"
    secret = f"{start}:{prefix}/token/{connection}-{_SUFFIX}"
    read = {
        "Sid": "ReadTheAccessToken",
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": secret,
    }
    return {
        "Version": "2012-10-17",
        "Statement": [read] if key_arn is None else [read, _make_key_statement(secret, place, key_arn)],
    }


def parse_key_arn(text: str) -> str:
    """Return the ARN of a KMS key, or raise InvalidInput."""
    if not _KEY_ARN.fullmatch(text):
        raise InvalidInput(
            "this is not the ARN of a KMS key.",
            next_step="give one like arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab.",
        )
    return text


def _make_key_statement(secret: str, place: Place, key_arn: str) -> dict[str, Any]:
    parse_key_arn(key_arn)
    service = f"secretsmanager.{place.region}.amazonaws.com"
    # China has had both forms, and AWS's pages do not agree which one is given.
    services: str | list[str] = [service, f"{service}.cn"] if place.partition == "aws-cn" else service
    return {
        "Sid": "DecryptTheAccessToken",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key_arn,
        "Condition": {
            "StringEquals": {"kms:ViaService": services},
            "StringLike": {"kms:EncryptionContext:SecretARN": secret},
        },
    }
