"""The environment that points boto3, the AWS CLI and suitetoken at the twin."""

from __future__ import annotations

from collections.abc import Mapping

from suitetoken.shared_names import PREFIX_VARIABLE

ACCOUNT = "123456789012"
REGION = "us-east-1"
FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN")
"""Variables that would lead to another account than the twin's."""


def make_environ(aws_url: str, prefix: str) -> dict[str, str]:
    """Return the variables that lead to the twin. The keys are no secret: the twin takes any."""
    return {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        PREFIX_VARIABLE: prefix,
    }


def merge_environ(base: Mapping[str, str], twin: Mapping[str, str]) -> dict[str, str]:
    """Return a whole process environment: `base` led to the twin, with no proxy between this machine and itself."""
    kept = {name: value for name, value in base.items() if name not in FOREIGN and not _is_other_endpoint(name)}
    no_proxy = ",".join(filter(None, [base.get("NO_PROXY") or base.get("no_proxy"), "127.0.0.1"]))
    return {**kept, "NO_PROXY": no_proxy, "no_proxy": no_proxy, **twin}


def _is_other_endpoint(name: str) -> bool:
    return name.startswith("AWS_ENDPOINT_URL") or name == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
