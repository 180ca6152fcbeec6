"""One deployment as an operator reaches it: its prefix, region and profile, and what AWS knows under them.

Everything is imported when it is first used, so that printing a token waits for nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from suitetoken.shared_names import PUBLIC_URL_VARIABLE

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_sqs import SQSClient

    from suitetoken.aws.store import Store
    from suitetoken.signing.keys import KeyRing


@dataclass(frozen=True)
class Deployment:
    """One deployment as an operator reaches it; clients of AWS are made when they are first used."""

    prefix: str
    region: str | None
    profile: str | None

    @property
    def session(self) -> boto3.Session:
        """The boto3 session of the profile and region."""
        return _open_session(self.profile, self.region)

    @property
    def own_region(self) -> str:
        """The region that the deployment is in; empty where neither options nor the environment nor the profile say."""
        return self.region or self.session.region_name or ""

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        from suitetoken.aws.clients import open_client
        from suitetoken.aws.errors import translated

        with translated("reaching AWS", service):
            return open_client(self.session, service)

    @cached_property
    def store(self) -> Store:
        """The secrets."""
        from suitetoken.aws.store import Store

        return Store(self.client("secretsmanager"), self.prefix, lambda: self.secrets_key, lambda: self.tags)

    @cached_property
    def tags(self) -> dict[str, str]:
        """The deployment's tags, for what is made beside the stack."""
        from suitetoken.admin.addresses import read_tags

        return read_tags(self.client("ssm"), self.prefix)

    @cached_property
    def secrets_key(self) -> str | None:
        """The ARN of the key of one's own that encrypts new secrets; None where that is AWS's."""
        from suitetoken.admin.addresses import read_secrets_key

        return read_secrets_key(self.client("ssm"), self.prefix)

    @cached_property
    def queue(self) -> SQSClient:
        """The client that the broker's orders are sent with."""
        queue: SQSClient = self.client("sqs")
        return queue

    @property
    def link_keys(self) -> KeyRing:
        """The keys that sign links."""
        import time

        from suitetoken.signing.keys import LINK_KEY, KeyRing

        return KeyRing(self.store, LINK_KEY, time.time)

    @property
    def account_id(self) -> str:
        """The AWS account of the credentials."""
        from suitetoken.admin.addresses import read_account_id

        return read_account_id(self.client("sts"))

    @property
    def caller(self) -> str:
        """Who is asking: the last part of the caller's ARN."""
        from suitetoken.admin.addresses import read_caller

        return read_caller(self.client("sts"))

    @property
    def public_url(self) -> str:
        """The origin of the hosted links: SUITETOKEN_PUBLIC_URL, else what the stack has stored."""
        from suitetoken.admin.addresses import read_public_url
        from suitetoken.netsuite.rules import parse_url

        given = os.environ.get(PUBLIC_URL_VARIABLE)
        if given:
            return parse_url(given, PUBLIC_URL_VARIABLE)
        return read_public_url(self.client("ssm"), self.prefix)


@cache
def _open_session(profile: str | None, region: str | None) -> boto3.Session:
    """Open one session for all commands of a process: it reads AWS's descriptions of its services once."""
    import boto3

    from suitetoken.aws.errors import translated

    with translated("reading the AWS profile", profile or "AWS"):
        return boto3.Session(profile_name=profile or None, region_name=region or None)
