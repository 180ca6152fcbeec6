"""Options that several commands take, and the deployment that they name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_sqs import SQSClient

    from suitetoken.keys import KeyRing
    from suitetoken.store import Store

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_PREFIX = "suitetoken"
_PLACE = ("--prefix", "--region", "--profile")


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

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        from suitetoken.aws_errors import translated

        with translated("reaching AWS", service):
            return self.session.client(service)

    @cached_property
    def store(self) -> Store:
        """The secrets."""
        from suitetoken.store import Store

        return Store(self.client("secretsmanager"), self.prefix)

    @cached_property
    def queue(self) -> SQSClient:
        """The client that the broker's orders are sent with."""
        queue: SQSClient = self.client("sqs")
        return queue

    @property
    def link_keys(self) -> KeyRing:
        """The keys that sign links."""
        import time

        from suitetoken.keys import LINK_KEY, KeyRing

        return KeyRing(self.store, LINK_KEY, time.time)

    @property
    def public_url(self) -> str:
        """The origin of the hosted links: SUITETOKEN_PUBLIC_URL, else what the stack has stored."""
        from suitetoken.admin.deployment import read_public_url
        from suitetoken.netsuite import parse_url

        given = os.environ.get("SUITETOKEN_PUBLIC_URL")
        if given:
            return parse_url(given, "SUITETOKEN_PUBLIC_URL")
        return read_public_url(self.client("ssm"), self.prefix)


@cache
def _open_session(profile: str | None, region: str | None) -> boto3.Session:
    """Open one session for all commands of a process: it reads AWS's descriptions of its services once."""
    import boto3

    from suitetoken.aws_errors import translated

    with translated("reading the AWS profile", profile or "AWS"):
        return boto3.Session(profile_name=profile, region_name=region)


def takes_place(command: F) -> Any:
    """Add --prefix, --region and --profile to the command above all others; what follows a command stands over them."""
    for flag in reversed(_PLACE):
        command = click.option(flag, metavar="TEXT", help="The same as after a command.")(command)
    return command


def takes_deployment(command: F) -> Any:
    """Add --prefix, --region and --profile to a command, which gets a Deployment as its first argument."""

    @click.option(
        "--prefix", envvar="SUITETOKEN_PREFIX", default=DEFAULT_PREFIX, show_default=True, help="The stack's."
    )
    @click.option("--region", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="AWS region.")
    @click.option("--profile", envvar="AWS_PROFILE", help="AWS profile.")
    @wraps(command)
    def wrapped(*arguments: Any, prefix: str, region: str | None, profile: str | None, **values: Any) -> Any:
        above = _typed_above(click.get_current_context())
        deployment = Deployment(above.get("prefix", prefix), above.get("region", region), above.get("profile", profile))
        return command(deployment, *arguments, **values)

    return wrapped


def _typed_above(context: click.Context) -> dict[str, str]:
    """Return what was typed before the command and not again after it: it stands over the environment."""
    above = context.find_root().params
    names = (flag.removeprefix("--") for flag in _PLACE)
    return {
        name: above[name]
        for name in names
        if above.get(name) is not None and context.get_parameter_source(name) is not ParameterSource.COMMANDLINE
    }


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
