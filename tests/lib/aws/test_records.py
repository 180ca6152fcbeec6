"""Documents by name: read under the right secret, changed as their own type, and a damaged token can be replaced."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from suitetoken.aws.records import (
    find_token,
    read_client,
    read_connection,
    read_token,
    update_connection,
    update_token,
)
from suitetoken.aws.store import Store
from suitetoken.documents import Connection, TokenDocument
from suitetoken.errors import InvalidDocument, NotFound
from tests.readers.recording_client import RecordingClient
from tests.samples.documents import CANARY, CLIENT, CONNECTION, TOKEN

NAME = "finance-prod"
MOVE = "update_secret_version_stage"


@pytest.fixture(autouse=True)
def documents(store: Store) -> None:
    """Let there be one document of each kind."""
    store.create("client/prod", json.dumps(CLIENT), "")
    store.create(f"connection/{NAME}", json.dumps(CONNECTION), "")
    store.create(f"token/{NAME}", json.dumps(TOKEN), "")


def test_each_kind_is_read_as_itself(store: Store) -> None:
    """A client, a connection and a token document are read from the secret of their kind and name."""
    assert read_client(store, "prod").account_id == CLIENT["account_id"]
    assert read_connection(store, NAME).document.client == CONNECTION["client"]
    token = read_token(store, NAME)
    assert token.document.token
    assert token.document.token.access_token == TOKEN["access_token"]
    assert token.version.secret == f"token/{NAME}"


def test_what_is_missing_or_damaged_is_named(store: Store) -> None:
    """A missing document is told as what there is none of; a damaged one by its secret, quoting nothing of it."""
    with pytest.raises(NotFound, match="there is no client sandbox with the prefix suitetoken"):
        read_client(store, "sandbox")
    store.update("client/prod", lambda _: f"half-written {CANARY}")
    with pytest.raises(InvalidDocument, match="suitetoken/client/prod") as caught:
        read_client(store, "prod")
    assert CANARY not in str(caught.value)


def test_a_changed_connection_is_written(store: Store) -> None:
    """What a change makes of the connection is stored and returned."""
    stored = update_connection(store, NAME, lambda connection: replace(connection, reminded_at=5))
    assert stored.document.reminded_at == 5
    assert read_connection(store, NAME).document == stored.document
    assert read_connection(store, NAME).version.id == stored.version.id


def test_a_connection_left_alone_is_not_written(aws: RecordingClient, store: Store) -> None:
    """A change that decides for nothing writes nothing and returns what is there."""
    stored = update_connection(store, NAME, lambda _: None)
    assert stored == read_connection(store, NAME)
    assert aws.arguments_of(MOVE) == []


def test_a_change_sees_what_the_winner_wrote(aws: RecordingClient, store: Store) -> None:
    """A change that was overtaken is asked again about the winner's document, and both changes stand."""

    def pin(connection: Connection) -> Connection:
        return replace(connection, role="7")

    aws.interrupt(MOVE, lambda: update_connection(store, NAME, pin))
    update_connection(store, NAME, lambda connection: replace(connection, reminded_at=5))
    both = read_connection(store, NAME).document
    assert (both.role, both.reminded_at) == ("7", 5)


def test_a_damaged_connection_is_never_overwritten(aws: RecordingClient, store: Store) -> None:
    """A connection that cannot be read is left for a person: it may hold the only refresh token."""
    store.update(f"connection/{NAME}", lambda _: "{}")
    aws.calls.clear()
    with pytest.raises(InvalidDocument):
        update_connection(store, NAME, lambda connection: connection)
    assert aws.arguments_of(MOVE) == []


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '{"access_token": 5}'])
def test_a_damaged_token_is_replaced(store: Store, damaged: str) -> None:
    """A damaged token document is shown to the change as None and replaced: all of it can be made again."""
    good = read_token(store, NAME).document
    if damaged:
        store.update(f"token/{NAME}", lambda _: damaged)
    seen: list[TokenDocument | None] = []

    def change(document: TokenDocument | None) -> TokenDocument:
        seen.append(document)
        return good

    assert update_token(store, NAME, change) == good
    assert seen == [None if damaged else good]
    assert read_token(store, NAME).document == good


def test_looking_for_a_damaged_token(store: Store) -> None:
    """Who can make a token again finds None in a damaged document's place; a missing one is still an error."""
    store.update(f"token/{NAME}", lambda _: "{")
    found = find_token(store, NAME)
    assert found.document is None
    assert found.version == store.read(f"token/{NAME}")
    with pytest.raises(NotFound):
        find_token(store, "missing")


def test_a_token_left_alone_is_not_written(aws: RecordingClient, store: Store) -> None:
    """A change that decides for nothing writes nothing, and the caller is told so."""
    assert update_token(store, NAME, lambda _: None) is None
    assert aws.arguments_of(MOVE) == []
