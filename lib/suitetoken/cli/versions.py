"""`suitetoken --version`: the version; with `--debug` also what it runs on, as a report of a mistake needs it."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import Any

import click

_LIBRARIES = ("boto3", "botocore", "requests", "click")


def shows_version(command: Any) -> Any:
    """Give a command `--version`. Its `--debug` must be eager, so that it may stand before `--version` or after it."""
    return click.option(
        "-V",
        "--version",
        is_flag=True,
        expose_value=False,
        callback=_show,
        help="Show the version and exit; with --debug also those of Python and boto3.",
    )(command)


def _show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"suitetoken, version {version('suitetoken')}")
    if ctx.params.get("debug"):
        click.echo(describe_surroundings())
    ctx.exit()


def describe_surroundings() -> str:
    """Return the versions of Python and of the libraries that matter most, and the operating system, one a line."""
    python = f"Python {platform.python_version()} ({sys.executable})"
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return "\n".join([python, *libraries, f"{platform.system()} {platform.release()} {platform.machine()}"])
