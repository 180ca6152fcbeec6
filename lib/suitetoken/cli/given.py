"""What a person gives on the command line, in a file or on standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from suitetoken.cli.questions import is_somebody_there
from suitetoken.errors import InvalidInput


def read_text(given: str, option: str) -> str:
    """Return the text itself, or that of the file named after an @; @- is standard input."""
    if not given.startswith("@"):
        return given
    name = given[1:]
    try:
        return _read_standard_input(option) if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"the file {name!r:.200} of {option} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InvalidInput(f"the file {name!r:.200} of {option} is not text in UTF-8.") from error


def _read_standard_input(option: str) -> str:
    """Return what comes there; a person who is to type it is told so, for else the command seems to hang."""
    if sys.stdin is None:
        raise InvalidInput(f"{option} is to come from standard input, which is closed.")
    if is_somebody_there():
        click.echo(f"Type {option} here; Ctrl-D on an empty line ends it.", err=True)
    return sys.stdin.read()


def read_json(given: str, option: str) -> object:
    """Return the JSON value that was given so."""
    try:
        return json.loads(read_text(given, option))
    except ValueError as error:
        raise InvalidInput(f"{option} is not JSON.") from error


def parse_pair(given: str, option: str) -> tuple[str, str]:
    """Return name and value of NAME=VALUE."""
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise InvalidInput(f"{option} is written NAME=VALUE.")
    return name, value
