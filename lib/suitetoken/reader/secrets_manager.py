"""Fetches a token document from Secrets Manager with boto3."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from suitetoken.reader.names import TokenName
from suitetoken.reader.secret_value import SecretValue, parse_date

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CONNECT_SECONDS = 3
_READ_SECONDS = 4
_ATTEMPTS = 3
"""Together less than a reading may take before it counts as lost (`flight.LOST_SECONDS`)."""


class SecretsManagerRead:
    """A ReadSecret over boto3. Its client is made at the first call, and shared by all readers that want the same.

    A client that is given is used as it is; its owner must not share its connections with a forked process.
    """

    def __init__(
        self,
        name: TokenName,
        *,
        client: SecretsManagerClient | None = None,
        region: str | None = None,
        profile: str | None = None,
    ) -> None:
        """Read the secret `name`; `region` is that of its ARN unless given, else AWS_REGION's, which boto3 ignores."""
        self._secret_id = name.secret_id
        self._region = region or name.region
        self._profile = profile
        self._client = client

    def __call__(self) -> SecretValue:
        """Return the document under AWSCURRENT, or raise NotFound, AccessDenied, Unavailable or InvalidDocument."""
        from suitetoken.aws.errors import translated

        with translated("reading the token", self._secret_id):
            client = self._client or _share_client(self._region or os.environ.get("AWS_REGION"), self._profile)
            answer: Any = client.get_secret_value(SecretId=self._secret_id, VersionStage="AWSCURRENT")
        return SecretValue(answer.get("SecretString") or "", _find_date(answer))


def _share_client(region: str | None, profile: str | None) -> SecretsManagerClient:
    """Return this process's client for a region, a profile and AWS's settings in the environment as they are now."""
    settings = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    return _make_client(region, profile, settings, os.getpid())


@lru_cache(maxsize=16)
def _make_client(region: str | None, profile: str | None, *_: object) -> SecretsManagerClient:
    """Make a client of a session of its own: boto3's default session is not safe to make in two threads."""
    from boto3.session import Session
    from botocore.config import Config

    from suitetoken.aws.clients import open_client

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    session = Session(region_name=region or None, profile_name=profile or None)
    client: SecretsManagerClient = open_client(session, "secretsmanager", config=config)
    return client


def _find_date(answer: Any) -> float | None:
    try:
        return parse_date(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError):
        return None
