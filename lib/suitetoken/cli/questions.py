"""What a command asks the person at the terminal: a yes before what cannot be undone, and secrets, which are not shown.

Every question comes before the first change. So whatever ends the command there, Ctrl-C, "no" or nobody to ask, it is
true that nothing was changed, and that is said.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from suitetoken.errors import InvalidInput

NOT_CONFIRMED = 130
"""What a shell says of a command that Ctrl-C ended."""


def is_somebody_there() -> bool:
    """Whether standard input is a terminal, at which a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str) -> None:
    """Ask for a yes, or end the command with NOT_CONFIRMED."""
    with _nothing_changed_at_the_end():
        try:
            agreed = click.confirm(question, err=True)
        except click.Abort:
            click.echo(err=True)  # what Ctrl-C leaves on the line of the question
            raise
        if not agreed:
            raise click.Abort


def read_secret(label: str, source: str) -> str:
    """Return a secret: at a terminal asked for and not shown, else all of standard input, without the space around it.

    `source` says in words how to give it. Raises InvalidInput where standard input holds nothing.
    """
    if is_somebody_there():
        with _nothing_changed_at_the_end():
            return str(click.prompt(label, hide_input=True, err=True)).strip()
    secret = "" if sys.stdin is None else sys.stdin.read().strip()
    if not secret:
        raise InvalidInput(f"no {label} came on standard input; nothing was changed.", next_step=source)
    return secret


@contextmanager
def _nothing_changed_at_the_end() -> Iterator[None]:
    try:
        yield
    except (click.Abort, KeyboardInterrupt, EOFError) as error:
        nobody = "" if is_somebody_there() else " Nobody is there to ask: --yes answers a question."
        click.echo(f"Nothing was changed.{nobody}", err=True)
        raise click.exceptions.Exit(NOT_CONFIRMED) from error
