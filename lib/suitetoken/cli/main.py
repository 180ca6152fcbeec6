"""The door: which command is in which file, and what an error ends with.

Commands are loaded when they are used, so that printing a token waits for nothing else.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from suitetoken.cli import core_dumps, standard_streams
from suitetoken.cli.options import takes_place
from suitetoken.cli.versions import shows_version
from suitetoken.cli.written import (
    CLOSED_PIPE,
    OutputClosed,
    explain_system_error,
    flush,
    forget_standard_output,
    noticing_closed_output,
)
from suitetoken.errors import SuiteTokenError

_COMMANDS = {
    "call": "call",
    "certificate": "certificate",
    "client": "client",
    "completion": "completion",
    "connection": "connection",
    "doctor": "doctor",
    "exec": "exec",
    "export": "export",
    "key": "key",
    "link": "link",
    "policy": "policy",
    "restlet": "restlet",
    "revoke": "rotate",
    "rotate": "rotate",
    "status": "status",
    "suiteql": "suiteql",
    "token": "token",
}
UNEXPECTED = 1
INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands are imported when one of them is asked for."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        """Begin with the names alone: click guesses from them what a mistyped command was meant to be."""
        super().__init__(*arguments, **values)
        self.commands = {name: click.Command(name) for name in _COMMANDS}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's file and return it."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"suitetoken.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def make_context(self, *arguments: Any, **values: Any) -> click.Context:
        """Read the command line, or print the help that it asks for."""
        with noticing_closed_output():
            return super().make_context(*arguments, **values)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; with --debug say where it failed, never with which values."""
        try:
            with noticing_closed_output():
                return super().invoke(ctx)
        except (click.Abort, click.ClickException, click.exceptions.Exit, OutputClosed):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                show_frames(error)
            raise


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@shows_version
@click.option("--debug", is_flag=True, is_eager=True, help="Say where in the code an error was raised; never a value.")
@takes_place
def suitetoken(debug: bool, **place: str | None) -> None:
    """A current NetSuite OAuth 2.0 access token, kept in AWS Secrets Manager.

    \b
    Examples:
      suitetoken client add acme --account-id 1234567 --client-id ID --client-secret-stdin < secret
      suitetoken connection add finance-prod --client acme --scope rest_webservices
      suitetoken link finance-prod
      suitetoken token finance-prod

    --prefix, --region and --profile may also follow the command.

    Exit codes: 0 done, 1 unexpected, 2 usage, 3 a person must authorize, 4 not found, 5 access denied,
    6 try again later; 130 stopped or not confirmed, 141 nobody reads the output any more.
    """


def main() -> None:
    """Run the command line and end with its exit code."""
    standard_streams.reopen()
    core_dumps.forbid()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; every error of ours is one line on stderr."""
    try:
        code = _run(arguments)
        flush()
    except (BrokenPipeError, OutputClosed):
        forget_standard_output()
        return CLOSED_PIPE
    except OSError as error:
        forget_standard_output()
        click.echo(f"suitetoken: {explain_system_error(error)}", err=True)
        return UNEXPECTED
    return code


def _run(arguments: list[str]) -> int:
    try:
        result = suitetoken.main(arguments, prog_name="suitetoken", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SuiteTokenError as error:
        click.echo(f"suitetoken: {error}", err=True)
        return error.exit_code
    except (OSError, OutputClosed):
        raise
    except Exception as error:  # noqa: BLE001
        # The text of an unexpected error may hold anything, so only its kind is shown.
        kind = type(error).__name__
        click.echo(f"suitetoken: unexpected {kind}. Next: `suitetoken --debug …` says where.", err=True)
        return UNEXPECTED
    return result if isinstance(result, int) else 0


def show_frames(error: BaseException) -> None:
    """Print the code lines that an error and its causes went through, without their texts: these may hold anything."""
    from traceback import format_tb

    click.echo(f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}", err=True, nl=False)
    if error.__cause__ is not None:
        show_frames(error.__cause__)
