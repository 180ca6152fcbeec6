"""`suitetoken exec`: runs a command with the current token in its environment."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, NoReturn

import click

from suitetoken.cli import core_dumps
from suitetoken.cli.exports import make_variables
from suitetoken.cli.options import Deployment, min_remaining_option, takes_deployment
from suitetoken.cli.output import say
from suitetoken.cli.reading import open_reader
from suitetoken.errors import SuiteTokenError

OWN_FAILURE, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127
"""What env(1) and shells end with, so that a caller can tell our failure from the command's."""
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


class Wrapper(click.Command):
    """A command that ends with OWN_FAILURE whatever goes wrong before the wrapped command begins."""

    def make_context(self, *arguments: Any, **values: Any) -> click.Context:
        """Parse."""
        try:
            return super().make_context(*arguments, **values)
        except click.ClickException as error:
            error.exit_code = OWN_FAILURE  # type: ignore[misc]  # click sets it by class
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run."""
        try:
            return super().invoke(ctx)
        except SuiteTokenError as error:
            error.exit_code = OWN_FAILURE
            raise
        except Exception as error:
            failure = SuiteTokenError(f"unexpected {type(error).__name__}; the command was not begun.")
            failure.exit_code = OWN_FAILURE
            raise failure from error


@click.command("exec", cls=Wrapper, options_metavar="[OPTIONS]")
@click.argument("name")
@min_remaining_option
@click.argument("command", nargs=-1, required=True, metavar="-- COMMAND...", type=click.UNPROCESSED)
@takes_deployment
def exec_command(deployment: Deployment, name: str, min_remaining: int, command: tuple[str, ...]) -> int:
    """Run a command with the token in its environment, and end as it ends.

    It finds NETSUITE_ACCESS_TOKEN, NETSUITE_REST_URL, NETSUITE_RESTLET_URL and NETSUITE_ACCOUNT_ID, which stay as they
    are while it runs. Ends with 125 if there is no token, with 126 or 127 if the command cannot be run.

    \b
    Examples:
      suitetoken exec finance-prod -- ./nightly-export.sh
      suitetoken exec finance-prod --min-remaining 1800 -- python long_job.py
    """
    token = open_reader(deployment, name).current(min_remaining)
    try:
        return run_in_place(command, {**os.environ, **make_variables(token)})
    except (FileNotFoundError, NotADirectoryError):
        say(f"suitetoken: {command[0]}: not found")
        return NOT_FOUND
    except OSError as error:
        say(f"suitetoken: {command[0]}: {error.strerror}")
        return NOT_EXECUTABLE


def run_in_place(command: tuple[str, ...], environ: dict[str, str]) -> int:
    """Become the command, or where no process can do that, run it and return its exit code. Raises OSError."""
    if os.name == "posix":
        become(command, environ)
    import subprocess

    return subprocess.call(command, env=environ)  # noqa: S603 (what the caller asks for)


def become(command: tuple[str, ...], environ: dict[str, str]) -> NoReturn:
    """Replace this process by the command: its signals, terminal and exit code are then its own. Raises OSError."""
    sys.stdout.flush()
    sys.stderr.flush()
    for name in _IGNORED_BY_PYTHON:
        signal.signal(getattr(signal, name), signal.SIG_DFL)  # the command would inherit that they are ignored
    core_dumps.allow_again()
    os.execvpe(command[0], command, environ)  # noqa: S606  # nosec B606 # (without a shell on purpose)
