"""Which of AWS's settings a direct call follows; where there is any other, boto3 must do the reading. Pure.

Source: AWS SDKs and Tools Reference Guide, "Settings reference". What is not known to be harmless counts as a setting
that only boto3 follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

Environ = Mapping[str, str]

_FOR_BOTO3 = (
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_DATA_PATH",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "BOTO_CONFIG",
)
_HARMLESS = frozenset({"cli_auto_prompt", "cli_history", "cli_pager", "cli_timestamp_format", "output", "region"})
_ABOUT_CREDENTIALS = frozenset(
    {
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "credential_process",
        "credential_source",
        "duration_seconds",
        "external_id",
        "mfa_serial",
        "role_arn",
        "role_session_name",
        "source_profile",
        "sso_account_id",
        "sso_region",
        "sso_registration_scopes",
        "sso_role_name",
        "sso_session",
        "sso_start_url",
        "web_identity_token_file",
    }
)
_REGION = re.compile(r"(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]+", re.ASCII)
"""The regions whose hosts are in amazonaws.com; in other partitions boto3 does the reading."""


def find_config_files(environ: Environ) -> tuple[str, ...]:
    """Return the paths of the files that boto3 would look for its settings in."""
    return (
        environ.get("AWS_CONFIG_FILE") or "~/.aws/config",
        environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials",
        "/etc/boto.cfg",
        "~/.boto",
    )


def is_plain(environ: Environ, config_texts: Iterable[str]) -> bool:
    """Whether nothing asks for what only boto3 can do: a profile, another kind of endpoint, a proxy, a setting."""
    if any(name in environ for name in _FOR_BOTO3):
        return False
    if any(value and name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name, value in environ.items()):
        return False
    harmless = _HARMLESS | _ABOUT_CREDENTIALS if environ.get("AWS_ACCESS_KEY_ID") else _HARMLESS
    return all(key in harmless for text in config_texts for _, key, _ in _find_settings(text))


def find_endpoint(environ: Environ, region: str) -> str | None:
    """Return Secrets Manager's URL in a region, or None where only boto3 knows it."""
    given = environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or environ.get("AWS_ENDPOINT_URL")
    if given:
        return given if urlsplit(given).path in ("", "/") else None
    return f"https://secretsmanager.{region}.amazonaws.com" if _REGION.fullmatch(region) else None


def find_region(config_texts: Iterable[str]) -> str | None:
    """Return the region that the files give to the default profile, or None where they give none or several."""
    regions = {
        value
        for text in config_texts
        for section, key, value in _find_settings(text)
        if key == "region" and section in ("default", "profile default")
    }
    return regions.pop() if len(regions) == 1 else None


def _find_settings(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of each line that sets something; any other line is a key without a value."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = " ".join(line.strip("[]").split())
        elif line and line[0] not in "#;":
            key, _, value = line.partition("=")
            yield section, key.strip().lower(), value.strip()
