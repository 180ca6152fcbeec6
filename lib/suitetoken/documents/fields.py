"""Reading one JSON document field by field: the right type, or an error that names the field and never its value."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from suitetoken.errors import InvalidDocument, InvalidInput

Json = dict[str, Any]
T = TypeVar("T")

_LARGEST = 2**53 - 1
"""Up to here all JSON software means the same number (RFC 8259 section 6), and reckoning with it loses nothing."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object and the name to complain under."""

    values: Mapping[str, Any] = field(repr=False)
    document: str

    def text(self, name: str) -> str:
        """Return a string that must be there and not be empty."""
        value = self.optional_text(name)
        if not value:
            raise self.invalid(f"the field {name} is missing or empty")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None where the field is absent or null."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.invalid(f"the field {name} is not a string")
        if value is not None and not _is_text(value):
            raise self.invalid(f"the field {name} holds what is no text")
        return value

    def parsed(self, name: str, parse: Callable[[str], T]) -> T:
        """Return a string that must be there, as `parse` reads it."""
        value = self.optional_parsed(name, parse)
        if value is None:
            raise self.invalid(f"the field {name} is missing or empty")
        return value

    def optional_parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return a string as `parse` reads it, or None where the field is absent, null or empty."""
        value = self.optional_text(name)
        if not value:
            return None
        try:
            return parse(value)
        except InvalidInput:
            # `parse` may quote what it refuses, which is right for a person's input and wrong for a stored value.
            raise self.invalid(f"the field {name} does not have the form it must have") from None

    def seconds(self, name: str) -> int:
        """Return a time in epoch seconds that must be there."""
        value = self.optional_seconds(name)
        if value is None:
            raise self.invalid(f"the field {name} is missing")
        return value

    def optional_seconds(self, name: str) -> int | None:
        """Return a time in epoch seconds or a count of seconds, or None where it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.invalid(f"the field {name} is not a number")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.invalid(f"the field {name} is not a finite number")
        if abs(value) > _LARGEST:
            raise self.invalid(f"the field {name} is too large a number")
        return int(value)

    def flag(self, name: str) -> bool:
        """Whether the field is true; whatever else it holds is false."""
        return self.values.get(name) is True

    def optional_object(self, name: str) -> Fields | None:
        """Return the object under `name`, or None where it is absent or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.invalid(f"the field {name} is not an object")
        return Fields(value, f"{self.document} ({name})")

    def objects(self, name: str) -> list[Fields]:
        """Return the list of objects under `name`; absent is an empty list."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.invalid(f"the field {name} is not a list of objects")
        return [Fields(item, f"{self.document} ({name})") for item in value]

    def others(self, known: frozenset[str]) -> Json:
        """Return the fields that this version does not know; they are kept when the document is rewritten."""
        return {name: value for name, value in self.values.items() if name not in known}

    def invalid(self, what: str) -> InvalidDocument:
        """Return the error for this document; `what` never holds a value."""
        return InvalidDocument(
            f"the stored document is not valid: {what}.",
            subject=self.document,
            next_step="restore the version labelled AWSPREVIOUS, or add it again (a connection: remove it first).",
        )


def _is_text(value: str) -> bool:
    """Whether it can be sent anywhere: JSON can hold halves of characters (RFC 8259 section 8.2)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_object(body: str, document: str) -> Fields:
    """Return the fields of a JSON object, or raise InvalidDocument."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    fields = Fields(values if isinstance(values, dict) else {}, document)
    if not isinstance(values, dict):
        raise fields.invalid("it is not a JSON object")
    return fields


def to_json(values: Mapping[str, Any], others: Mapping[str, Any]) -> str:
    """Return the JSON text of a document: absent values are left out, fields that it does not know stay as they are."""
    return json.dumps({**others, **{name: value for name, value in values.items() if value is not None}}, indent=1)
