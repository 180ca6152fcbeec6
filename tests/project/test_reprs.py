"""No dataclass of ours shows a secret when it is printed, as tracebacks with local variables do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from typing import Any

import suitetoken
import token_broker
from tests.project.our_classes import list_classes

SECRET = frozenset(
    {
        "access_token",
        "answer",
        "auth",
        "body",
        "client_secret",
        "code",
        "cookie_value",
        "form",
        "headers",
        "location",
        "nonce",
        "others",
        "raw",
        "refresh_token",
        "secret",
        "secret_access_key",
        "session_token",
        "state",
        "text",
        "url",
        "values",
        "verifier",
    }
)
"""Names of fields in which something secret may be, or something that nobody knows."""
HARMLESS = frozenset(
    {
        "Answer.body",  # of the doctor: what a public page says, and
        "Answer.url",  # where
        "ConnectionStatus.state",
        "Finding.code",
        "Given.answer",  # which hides its tokens itself
        "Problem.code",
        "Returned.state",  # the parsed one, which hides its nonce itself
        "TokenRequest.url",
        "Version.secret",  # the secret's name
        "Words.code",
    }
)


def list_fields() -> Iterator[tuple[str, Field[Any]]]:
    """Yield every field of every dataclass, as `Class.field`."""
    for kind in list_classes(suitetoken, token_broker):
        if is_dataclass(kind):
            yield from ((f"{kind.__name__}.{field.name}", field) for field in fields(kind))


def test_no_field_that_may_hold_a_secret_is_shown() -> None:
    """By its name; what has such a name and is harmless is named above."""
    shown = {name for name, field in list_fields() if field.name in SECRET and field.repr}
    assert shown == {name for name, field in list_fields() if name in HARMLESS}


def test_there_are_fields_to_look_at() -> None:
    """Or the test above would say nothing."""
    assert {"Grant.refresh_token", "Client.client_secret", "Exchanged.raw"} <= {name for name, _ in list_fields()}
