"""What a person gives on the command line, in a file or on standard input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from suitetoken.errors import InvalidInput


def read_text(given: str, option: str) -> str:
    """Return the text itself, or that of the file named after an @; @- is standard input."""
    if not given.startswith("@"):
        return given
    try:
        return sys.stdin.read() if given == "@-" else Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the file of {option} cannot be read.") from error


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
