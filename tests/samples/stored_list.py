"""A document for tests of the store: a list of words in one secret."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from suitetoken.aws.store import Store, Version

NAME = "connection/finance-prod"
CANARY = "canary-91be"
MOVE = "update_secret_version_stage"


@pytest.fixture
def document(store: Store) -> None:
    """Let there be one document, an empty list."""
    store.create(NAME, "[]", "a connection")


def add_word(word: str) -> Callable[[Version], str]:
    """Return what adds a word to the list."""
    return lambda version: json.dumps([*json.loads(version.body), word])


def read_words(store: Store) -> list[str]:
    """Return the words that are stored."""
    return list(json.loads(store.read(NAME).body))
