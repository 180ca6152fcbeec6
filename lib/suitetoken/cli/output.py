"""What goes where: data to stdout, talk to stderr."""

from __future__ import annotations

import json
from typing import Any

import click


def print_json(values: object) -> None:
    """Print data for machines."""
    click.echo(json.dumps(values, indent=2))


def print_names(names: list[str], *, as_json: bool) -> None:
    """Print names, one a line for people."""
    if as_json:
        print_json(names)
    elif names:
        click.echo("\n".join(names))


def print_fields(values: dict[str, Any]) -> None:
    """Print names and values for people, one a line; what is absent is left out."""
    shown = {name: value for name, value in values.items() if value not in (None, "")}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        click.echo(f"{name:<{width}}  {value}")


def print_changes(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Print for people what a change makes of each value that it changes, one a line."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    print_fields({name: " -> ".join(str(held.get(name) or "(none)") for held in (before, after)) for name in names})


def say(sentence: str) -> None:
    """Tell the person at the terminal something."""
    click.echo(sentence, err=True)
