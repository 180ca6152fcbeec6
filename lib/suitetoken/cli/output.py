"""What goes where: data to stdout, talk to stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    """Print names and values for people, one a line; what is absent or empty is left out."""
    shown = {name: in_words(value) for name, value in values.items() if in_words(value)}
    width = max(map(len, shown), default=0)
    for name, text in shown.items():
        click.echo(f"{name:<{width}}  {text}")


def in_words(value: object) -> str:
    """Return a value as people write it: several separated by commas, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(in_words, value))
    return f"{value}"


def print_changes(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Print for people what a change makes of each value that it changes, one a line."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    print_fields(
        {name: " -> ".join(in_words(held.get(name)) or "(none)" for held in (before, after)) for name in names}
    )


def say(sentence: str) -> None:
    """Tell the person at the terminal something."""
    click.echo(sentence, err=True)
