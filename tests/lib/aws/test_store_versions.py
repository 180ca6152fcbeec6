"""Versions of a secret: put once under one id, found by label, promoted, and always read by name."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from suitetoken.aws.store import PENDING, PREVIOUS, Store
from suitetoken.errors import Conflict, InvalidDocument, NotFound, Unavailable
from tests.readers.recording_client import RecordingClient
from tests.samples.stored_list import CANARY, MOVE, NAME, add_word, read_words

pytestmark = pytest.mark.usefixtures("document")


@pytest.mark.parametrize("label", ["PRESENTED", "ANSWERED", PENDING])
def test_putting_again_changes_nothing(store: Store, label: str) -> None:
    """Putting the same id and body again is True and makes no second version; another body is False and not kept."""
    version_id = str(uuid.uuid4())
    assert store.put(NAME, '["a"]', version_id=version_id, label=label)
    assert store.put(NAME, '["a"]', version_id=version_id, label=label)
    assert not store.put(NAME, '["b"]', version_id=version_id, label=label)
    found = store.read(NAME, label)
    assert (found.id, found.body, found.labels) == (version_id, '["a"]', frozenset({label}))
    assert read_words(store) == []


def test_a_put_may_be_repeated_after_a_lost_reply(aws: RecordingClient, store: Store) -> None:
    """A put whose reply was lost is repeated with the same id and is then done."""
    version_id = str(uuid.uuid4())
    aws.lose_reply("put_secret_value")
    with pytest.raises(Unavailable):
        store.put(NAME, '["a"]', version_id=version_id, label="ANSWERED")
    assert store.put(NAME, '["a"]', version_id=version_id, label="ANSWERED")
    assert store.read(NAME, "ANSWERED").id == version_id


def test_one_of_many_puts_under_one_id_wins(store: Store) -> None:
    """Of 16 writers that put their own body under the same id exactly one is told that it did."""
    version_id = str(uuid.uuid4())

    def put(number: int) -> bool:
        return store.put(NAME, json.dumps([number]), version_id=version_id, label="PRESENTED")

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(put, range(16))) == 1


def test_an_answer_without_stages_is_a_version_without_labels(aws: RecordingClient, store: Store) -> None:
    """A version for which AWS names no stages at all is one without labels."""

    def without_stages(call: Callable[[], dict[str, object]]) -> dict[str, object]:
        return {name: value for name, value in call().items() if name != "VersionStages"}

    store.put(NAME, "[]", version_id=str(uuid.uuid4()), label="ANSWERED")
    aws.plan("get_secret_value", without_stages)
    assert store.read(NAME, "ANSWERED").labels == frozenset()


def test_promoting_a_saved_version(store: Store) -> None:
    """A version that was put under its own label becomes AWSCURRENT and keeps that label."""
    version_id = str(uuid.uuid4())
    store.put(NAME, '["a"]', version_id=version_id, label="ANSWERED")
    store.promote(store.read(NAME), store.read(NAME, "ANSWERED"))
    assert store.read(NAME).labels >= {"AWSCURRENT", "ANSWERED"}
    assert read_words(store) == ["a"]


def test_promoting_over_a_newer_version_is_a_conflict(store: Store) -> None:
    """A version may only be promoted over the one it was made from."""
    old = store.read(NAME)
    store.put(NAME, '["a"]', version_id=str(uuid.uuid4()), label="ANSWERED")
    store.update(NAME, add_word("theirs"))
    with pytest.raises(Conflict):
        store.promote(old, store.read(NAME, "ANSWERED"))
    assert read_words(store) == ["theirs"]


def test_a_label_of_ours_moves(aws: RecordingClient, store: Store) -> None:
    """A label is on one version at a time; it is taken from its holder by name, and setting it again does nothing."""
    first, second = store.read(NAME), store.update(NAME, add_word("a"))
    for version in (first, second):
        store.set_label(version, "EXCHANGED")
        assert store.read(NAME, "EXCHANGED").id == version.id
    assert aws.arguments_of(MOVE)[-1]["RemoveFromVersionId"] == first.id
    before = len(aws.arguments_of(MOVE))
    store.set_label(second, "EXCHANGED")
    assert len(aws.arguments_of(MOVE)) == before


def test_every_read_says_which_version(aws: RecordingClient, store: Store) -> None:
    """Every read of a secret names either a staging label or a version id, for a bare read may be of an old version."""
    version = store.update(NAME, add_word("a"))
    store.find(NAME, PREVIOUS)
    store.set_label(version, "EXCHANGED")
    aws.lose_reply(MOVE)
    store.update(NAME, add_word("b"))
    store.delete(NAME)
    store.create(NAME, "[]", "a connection")
    reads = aws.arguments_of("get_secret_value")
    assert len(reads) > 5
    assert all(("VersionStage" in read) != ("VersionId" in read) for read in reads)


def test_what_is_not_there(store: Store) -> None:
    """A secret, label or version that is not there is NotFound to who must have it and None to who looks for it."""
    with pytest.raises(NotFound, match="suitetoken/token/missing"):
        store.read("token/missing")
    assert store.find("token/missing", PREVIOUS) is None
    assert store.find(NAME, "ANSWERED") is None


def test_bytes_are_no_document(aws: RecordingClient, store: Store) -> None:
    """A secret that somebody filled with bytes is an invalid document."""
    aws.client.put_secret_value(SecretId=f"suitetoken/{NAME}", SecretBinary=CANARY.encode())
    with pytest.raises(InvalidDocument) as caught:
        store.read(NAME)
    assert CANARY not in str(caught.value)
