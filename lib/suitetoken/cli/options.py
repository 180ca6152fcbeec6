"""Options that several commands take, among them those that name the deployment."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from suitetoken.admin.deployment import Deployment
from suitetoken.netsuite.rules import parse_prefix
from suitetoken.shared_names import DEFAULT_PREFIX, PREFIX_VARIABLE

__all__ = [
    "Deployment",
    "dry_run_option",
    "json_option",
    "list_typed",
    "min_remaining_option",
    "takes_deployment",
    "takes_place",
]

F = TypeVar("F", bound=Callable[..., Any])
_PLACE = ("--prefix", "--region", "--profile")


def takes_place(command: F) -> Any:
    """Add --prefix, --region and --profile to the command above all others; what follows a command stands over them."""
    for flag in reversed(_PLACE):
        command = click.option(flag, metavar="TEXT", help="The same as after a command.")(command)
    return command


def takes_deployment(command: F) -> Any:
    """Add --prefix, --region and --profile to a command, which gets a Deployment as its first argument."""

    @click.option("--prefix", envvar=PREFIX_VARIABLE, default=DEFAULT_PREFIX, show_default=True, help="The stack's.")
    @click.option("--region", envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="AWS region.")
    @click.option("--profile", envvar="AWS_PROFILE", help="AWS profile.")
    @wraps(command)
    def wrapped(*arguments: Any, prefix: str, region: str | None, profile: str | None, **values: Any) -> Any:
        above = _typed_above(click.get_current_context())
        parse_prefix(above.get("prefix", prefix))
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


def list_typed(*names: str) -> list[str]:
    """Return the flags of those options that stand on the command line; what is there by default nobody asked for."""
    source = click.get_current_context().get_parameter_source
    return [f"--{name.replace('_', '-')}" for name in names if source(name) is ParameterSource.COMMANDLINE]


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
min_remaining_option = click.option(
    "--min-remaining", type=click.IntRange(min=0), default=0, metavar="SECONDS", help="How long it must last at least."
)
