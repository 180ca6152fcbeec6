"""What only the deployment knows: its public address, the key of its secrets, and who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suitetoken.aws.errors import translated
from suitetoken.aws.policies import parse_key_arn
from suitetoken.errors import NotFound
from suitetoken.netsuite.rules import parse_url

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_LONGEST_CALLER = 64


def read_public_url(parameters: SSMClient, prefix: str) -> str:
    """Return the origin of the hosted links, as the stack has stored it. Raises NotFound without a stack."""
    try:
        with translated("reading the deployment's address", f"/{prefix}/public-url"):
            answer = parameters.get_parameter(Name=f"/{prefix}/public-url")
    except NotFound as error:
        raise NotFound(
            "there is no deployment with this prefix here.",
            subject=prefix,
            next_step="run `make deploy`, or give another --prefix, --region or --profile.",
        ) from error
    return parse_url(answer["Parameter"]["Value"], "the deployment's address")


def read_secrets_key(parameters: SSMClient, prefix: str) -> str | None:
    """Return the ARN of the key of one's own that encrypts new secrets, or None where AWS's key does."""
    try:
        with translated("reading which key encrypts the secrets", f"/{prefix}/secrets-key"):
            answer = parameters.get_parameter(Name=f"/{prefix}/secrets-key")
    except NotFound:
        return None
    return parse_key_arn(answer["Parameter"]["Value"])


def read_tags(parameters: SSMClient, prefix: str) -> dict[str, str]:
    """Return the tags that new secrets and keys get beside our own: those of the deployment, none where it has none."""
    try:
        with translated("reading the deployment's tags", f"/{prefix}/tags"):
            answer = parameters.get_parameter(Name=f"/{prefix}/tags")
    except NotFound:
        return {}
    pairs = (word.partition("=") for word in answer["Parameter"]["Value"].split())
    return {key: value for key, _, value in pairs}


def read_account_id(identities: Any) -> str:
    """Return the AWS account of the credentials."""
    with translated("asking which AWS account this is", "AWS"):
        return str(identities.get_caller_identity()["Account"])


def read_caller(identities: Any) -> str:
    """Return who is asking, for the landing page: the last part of the caller's ARN."""
    with translated("asking who you are", "AWS"):
        arn = str(identities.get_caller_identity()["Arn"])
    name = arn.rpartition("/")[2] or arn
    return "".join(character for character in name if character.isprintable())[:_LONGEST_CALLER]
