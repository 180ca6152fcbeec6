"""Fetches a token document from Secrets Manager with boto3."""

from __future__ import annotations

import os
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from suitetoken.reader.names import TokenName
from suitetoken.reader.secret_value import SecretValue

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CONNECT_SECONDS = 2
_READ_SECONDS = 4
_ATTEMPTS = 3
"""Together less than a reading may take before it counts as lost (`flight.LOST_SECONDS`)."""


class SecretsManagerRead:
    """A ReadSecret that makes its client at the first call, and a new one in a forked process.

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
        """Read the secret `name`; `region` is that of its ARN unless given."""
        self._secret_id = name.secret_id
        self._region = region or name.region
        self._profile = profile
        self._given = client
        self._made: tuple[int, SecretsManagerClient] | None = None

    def __call__(self) -> SecretValue:
        """Return the document under AWSCURRENT, or raise NotFound, AccessDenied, Unavailable or InvalidDocument."""
        from suitetoken.aws_errors import translated

        with translated("reading the token", self._secret_id):
            answer: Any = self._get_client().get_secret_value(SecretId=self._secret_id, VersionStage="AWSCURRENT")
        return SecretValue(answer.get("SecretString") or "", _find_date(answer))

    def _get_client(self) -> SecretsManagerClient:
        if self._given is not None:
            return self._given
        process = os.getpid()
        if self._made is None or self._made[0] != process:
            self._made = process, self._make_client()
        return self._made[1]

    def _make_client(self) -> SecretsManagerClient:
        """Make a client of a session of its own: boto3's default session is not safe to make in two threads."""
        from boto3.session import Session
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        session = Session(region_name=self._region, profile_name=self._profile)
        client: SecretsManagerClient = session.client("secretsmanager", config=config)
        return client


def _find_date(answer: Any) -> float | None:
    """Return the time of the HTTP Date header (RFC 9110 section 6.6.1), or None where there is none."""
    try:
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None
