"""Compare-and-swap: exactly one of many writers wins, no update is lost, a lost reply does not change the outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from suitetoken.aws.store import PREVIOUS, Store, Version
from suitetoken.errors import AccessDenied, Conflict, Unavailable
from tests.readers.recording_client import RecordingClient
from tests.samples.stored_list import CANARY, MOVE, NAME, add_word, read_words

pytestmark = pytest.mark.usefixtures("document")


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"will not store {CANARY}"}}, "PutSecretValue")


def test_an_update_replaces_the_document(store: Store) -> None:
    """After an update the new version is AWSCURRENT and the one it replaced AWSPREVIOUS."""
    first = store.read(NAME)
    second = store.update(NAME, add_word("a"))
    assert store.read(NAME).id == second.id
    assert store.read(NAME, PREVIOUS).id == first.id
    assert read_words(store) == ["a"]


def test_an_update_may_decide_to_change_nothing(aws: RecordingClient, store: Store) -> None:
    """When nothing is to be changed nothing is written."""
    current = store.read(NAME)
    aws.calls.clear()
    assert store.update(NAME, lambda _: None) == current
    assert [operation for operation, _ in aws.calls] == ["get_secret_value"]


def test_a_version_read_before_saves_the_reading(aws: RecordingClient, store: Store) -> None:
    """An update that is given the current version does not read it again."""
    current = store.read(NAME)
    aws.calls.clear()
    store.update(NAME, add_word("a"), current)
    assert [operation for operation, _ in aws.calls] == ["put_secret_value", MOVE]
    assert read_words(store) == ["a"]


def test_a_version_read_too_early_overwrites_nothing(store: Store) -> None:
    """An update that is given a version which has been replaced since decides again about the newer one."""
    old = store.read(NAME)
    store.update(NAME, add_word("theirs"))
    store.update(NAME, add_word("mine"), old)
    assert read_words(store) == ["theirs", "mine"]


def test_one_of_many_writers_wins(store: Store) -> None:
    """Of 16 writers that replace the same version exactly one wins, and the document is what that one wrote."""
    current = store.read(NAME)

    def replace(number: int) -> int | None:
        try:
            store.replace(current, json.dumps([number]))
        except Conflict:
            return None
        return number

    with ThreadPoolExecutor(16) as pool:
        winners = [number for number in pool.map(replace, range(16)) if number is not None]
    assert len(winners) == 1
    assert json.loads(store.read(NAME).body) == winners


def test_no_update_is_lost(store: Store) -> None:
    """When 16 writers each add a word at the same time, and come back after a Conflict, every word is there once."""

    def add(number: int) -> None:
        for _ in range(16):
            try:
                store.update(NAME, add_word(str(number)))
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(16)))
    assert sorted(read_words(store), key=int) == [str(number) for number in range(16)]


def test_a_conflict_decides_again(aws: RecordingClient, store: Store) -> None:
    """A writer that was overtaken decides again about the newer document, so both changes stand."""
    seen: list[str] = []

    def decide(version: Version) -> str:
        seen.append(version.body)
        return add_word("mine")(version)

    aws.interrupt(MOVE, lambda: store.update(NAME, add_word("theirs")))
    store.update(NAME, decide)
    assert seen == ["[]", '["theirs"]']
    assert read_words(store) == ["theirs", "mine"]


def test_a_conflict_can_decide_to_leave_it(aws: RecordingClient, store: Store) -> None:
    """A writer that was overtaken may find that nothing is left to do, and then writes nothing over it."""
    aws.interrupt(MOVE, lambda: store.update(NAME, add_word("theirs")))
    store.update(NAME, lambda version: add_word("mine")(version) if version.body == "[]" else None)
    assert read_words(store) == ["theirs"]


def test_a_writer_gives_up_at_last(aws: RecordingClient, store: Store) -> None:
    """A writer that is overtaken again and again ends with a Conflict that may be tried again, and changes nothing."""
    others = Store(aws.client, "suitetoken")
    for _ in range(8):
        aws.interrupt(MOVE, lambda: others.update(NAME, add_word("theirs")))
    with pytest.raises(Conflict) as caught:
        store.update(NAME, add_word("mine"))
    assert caught.value.retryable
    assert "mine" not in read_words(store)


def test_a_lost_reply_of_the_move_is_a_win(aws: RecordingClient, store: Store) -> None:
    """A move that took effect and whose reply was lost counts as done: nothing is decided or written twice."""
    aws.lose_reply(MOVE)
    version = store.update(NAME, add_word("mine"))
    assert store.read(NAME).id == version.id
    assert read_words(store) == ["mine"]


def test_a_repeated_move_is_a_win(aws: RecordingClient, store: Store) -> None:
    """A move that the SDK repeats after a lost reply is refused by AWS the second time and still counts as done."""

    def twice(call: Callable[[], object]) -> object:
        call()
        return call()

    aws.plan(MOVE, twice)
    store.update(NAME, add_word("mine"))
    assert read_words(store) == ["mine"]


def test_a_move_that_never_arrived_is_an_error(aws: RecordingClient, store: Store) -> None:
    """A move without effect is reported as what went wrong, never as done and never as somebody else's win."""
    aws.fail(MOVE, _refusal("InternalServiceError"))
    with pytest.raises(Unavailable):
        store.update(NAME, add_word("mine"))
    assert read_words(store) == []


def test_a_lost_reply_of_the_put_is_an_error(aws: RecordingClient, store: Store) -> None:
    """When it is unknown whether the new version was put, AWSCURRENT stays where it was and the caller hears it."""
    aws.lose_reply("put_secret_value")
    with pytest.raises(Unavailable):
        store.update(NAME, add_word("mine"))
    assert read_words(store) == []


@pytest.mark.parametrize(
    ("code", "kind"), [("AccessDeniedException", AccessDenied), ("ThrottlingException", Unavailable)]
)
@pytest.mark.parametrize("operation", ["get_secret_value", "put_secret_value", MOVE])
def test_errors_hold_no_body(
    aws: RecordingClient, store: Store, operation: str, code: str, kind: type[Exception]
) -> None:
    """What AWS refuses comes out as our error, which names the secret and shows nothing of its document."""
    aws.fail(operation, _refusal(code))
    with pytest.raises(kind, match=f"suitetoken/{NAME}") as caught:
        store.update(NAME, lambda _: json.dumps([CANARY]))
    assert CANARY not in str(caught.value)


def test_no_body_in_a_repr(store: Store) -> None:
    """The repr of a version shows its id and no part of its body."""
    version = store.update(NAME, add_word(CANARY))
    assert version.id in repr(version)
    assert CANARY not in repr(version)
