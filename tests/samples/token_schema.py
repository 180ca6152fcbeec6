"""The published schema of the token document, and what does not fit it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PAGE = Path(__file__).parents[2] / "docs/token-document.schema.json"


@cache
def read_schema() -> dict[str, Any]:
    """Return the schema."""
    schema: dict[str, Any] = json.loads(PAGE.read_text(encoding="utf-8"))
    return schema


def find_faults(document: Any) -> list[str]:
    """Return where a document does not fit the schema, without its values."""
    return [
        f"{error.json_path}: {error.validator}" for error in Draft202012Validator(read_schema()).iter_errors(document)
    ]
