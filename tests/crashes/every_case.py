"""Trying every case of a kind of connection from the command line, and printing what breaks."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click


def try_all(
    kinds: Iterable[str],
    list_cases: Callable[[str], Iterator[Any]],
    find_breaches: Callable[[Any], list[str]],
    what: str,
    step: int,
) -> None:
    """Try every `step`-th case of each kind; what the functions log goes nowhere. Ends with 1 where a law is broken."""
    broken = 0
    with contextlib.redirect_stdout(io.StringIO()):
        for kind in kinds:
            cases = list(list_cases(kind))[::step]
            for case in cases:
                for breach in find_breaches(case):
                    broken += 1
                    click.echo(f"{case}: {breach}", err=True)
            click.echo(f"{kind}: {len(cases)} {what}", err=True)
    sys.exit(broken > 0)
