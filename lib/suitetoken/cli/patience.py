"""`--wait` and `--timeout`: how long a command waits for the broker, and what a person sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from suitetoken.admin.waiting import Patience

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
    """Show on a terminal that the command waits, and give the patience to wait with."""
    from rich.console import Console

    with Console(stderr=True, highlight=False).status(f"{what} (at most {timeout} s) …"):
        yield Patience(timeout)
