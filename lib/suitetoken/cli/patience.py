"""`--wait` and `--timeout`: how long a command waits for the broker, and what a person sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from suitetoken.admin.waiting import Patience
from suitetoken.cli.consoles import open_console
from suitetoken.cli.output import say
from suitetoken.cli.questions import NOT_CONFIRMED

F = TypeVar("F", bound=Callable[..., Any])

WAIT_SECONDS = 120
"""How long a command waits unless it is told otherwise."""

timeout_option = click.option(
    "--timeout", type=click.IntRange(min=0), default=WAIT_SECONDS, show_default=True, help="Seconds to wait at most."
)


def takes_patience(command: F) -> Any:
    """Add --wait and --timeout to a command."""
    return click.option("--wait", is_flag=True, help="Wait until the broker has done it.")(timeout_option(command))


@contextmanager
def waiting(what: str, timeout: int) -> Iterator[Patience]:
    """Show on a terminal that the command waits, and give the patience to wait with; Ctrl-C ends the waiting alone."""
    with open_console(stderr=True).status(f"{what} (at most {timeout} s) …"):
        try:
            yield Patience(timeout)
        except KeyboardInterrupt as stopped:
            say("Stopped waiting. What was asked of the broker stands; `suitetoken status` says what became of it.")
            raise click.exceptions.Exit(NOT_CONFIRMED) from stopped
