"""The signing keys: the newest signs, the last two verify, and no flood of forged key ids reaches AWS."""

from __future__ import annotations

import pytest

from suitetoken.aws.store import Store
from suitetoken.errors import NotFound, Unavailable
from suitetoken.signing.keys import LINK_KEY, STATE_KEY, KeyRing
from suitetoken.signing.links import Link, sign_link, verify_link
from tests.readers.recording_client import RecordingClient
from tests.worlds.world import Clock

SECRET_NAME = f"suitetoken/{LINK_KEY}"


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock(1_790_000_000.0)


@pytest.fixture
def ring(aws: RecordingClient, store: Store, clock: Clock) -> KeyRing:
    """Give the ring of a link key that has never been replaced, with no call made yet."""
    store.create(LINK_KEY, "first-" + "k" * 64, "")
    aws.calls.clear()
    return KeyRing(store, LINK_KEY, clock)


def _replace_key(store: Store, body: str) -> None:
    store.update(LINK_KEY, lambda _: body)


def _reads(aws: RecordingClient) -> int:
    return sum(1 for read in aws.arguments_of("get_secret_value") if read["VersionStage"] == "AWSCURRENT")


def test_current_signs(store: Store, ring: KeyRing) -> None:
    """The key that signs is AWSCURRENT, under its version id."""
    version = store.read(LINK_KEY)
    key = ring.signing_key()
    assert (key.id, key.secret) == (version.id, version.body)


def test_current_and_previous_verify(store: Store, ring: KeyRing, clock: Clock) -> None:
    """After a key was replaced the new one signs and both verify; replaced once more, the first is gone."""
    first = ring.signing_key()
    _replace_key(store, "second")
    clock.now += 60
    second = ring.signing_key()
    assert second.secret == "second"
    assert ring.find(first.id) == first
    assert ring.find(second.id) == second
    _replace_key(store, "third")
    clock.now += 60
    assert ring.find(first.id) is None
    assert ring.find(second.id) == second
    assert ring.signing_key().secret == "third"


def test_links_outlive_one_replacement(store: Store, ring: KeyRing, clock: Clock) -> None:
    """A link signed before the key was replaced is still good, through the key id that it carries."""
    link = Link("finance-prod", "none", "ops", int(clock.now) + 86_400)
    text = sign_link(link, ring.signing_key())
    _replace_key(store, "second")
    assert verify_link(text, KeyRing(store, LINK_KEY, clock).find, clock.now) == link


def test_keys_are_kept_for_a_minute(aws: RecordingClient, ring: KeyRing, clock: Clock) -> None:
    """Within a minute keys are read once, however often one is asked for; after it they are read again."""
    key = ring.signing_key()
    for _ in range(100):
        assert ring.signing_key() == key
        assert ring.find(key.id) == key
    clock.now += 59.9
    ring.signing_key()
    assert _reads(aws) == 1
    clock.now += 0.1
    ring.signing_key()
    assert _reads(aws) == 2


def test_nothing_is_read_before_it_is_needed(aws: RecordingClient, ring: KeyRing) -> None:
    """Making a ring calls nothing."""
    assert ring
    assert aws.calls == []


def test_forged_key_ids_cost_a_read_every_ten_seconds(aws: RecordingClient, ring: KeyRing, clock: Clock) -> None:
    """A flood of unknown key ids makes one read when it begins and one every ten seconds after that, and no more."""
    for number in range(300):
        assert ring.find(f"forged-{number}") is None
        clock.now += 0.1
    assert _reads(aws) == 3


def test_a_new_key_is_found_within_ten_seconds(store: Store, ring: KeyRing, clock: Clock) -> None:
    """A text signed with a key newer than what is kept is believed at the latest ten seconds after the last read."""
    ring.signing_key()
    _replace_key(store, "second")
    new_id = store.read(LINK_KEY).id
    clock.now += 9.9
    assert ring.find(new_id) is None
    clock.now += 0.1
    found = ring.find(new_id)
    assert found
    assert found.secret == "second"


def test_a_replaced_key_dies_within_a_minute(store: Store, ring: KeyRing, clock: Clock) -> None:
    """A key replaced twice verifies nothing any more after a minute, even where it was kept."""
    first = ring.signing_key()
    _replace_key(store, "second")
    _replace_key(store, "third")
    clock.now += 60
    assert ring.find(first.id) is None


def test_a_clock_set_back_reads_again(aws: RecordingClient, ring: KeyRing, clock: Clock) -> None:
    """Keys read in what is now the future are not kept until that time comes again."""
    ring.signing_key()
    clock.now -= 3600
    ring.signing_key()
    assert _reads(aws) == 2


def test_link_and_state_have_keys_of_their_own(store: Store, ring: KeyRing, clock: Clock) -> None:
    """Whoever may read the link key cannot sign state: it is another secret."""
    store.create(STATE_KEY, "state", "")
    state_ring = KeyRing(store, STATE_KEY, clock)
    assert state_ring.signing_key().secret == "state"
    assert ring.find(state_ring.signing_key().id) is None


def test_a_deployment_without_key(store: Store, clock: Clock) -> None:
    """A missing key is NotFound under the secret's name."""
    with pytest.raises(NotFound, match=SECRET_NAME):
        KeyRing(store, LINK_KEY, clock).signing_key()


def test_an_empty_key_signs_nothing(aws: RecordingClient, ring: KeyRing) -> None:
    """A key secret without a key in it is an error, for anybody could sign with an empty key."""

    def emptied(call: object) -> dict[str, object]:
        assert callable(call)
        return {**call(), "SecretString": ""}

    aws.plan("get_secret_value", emptied)
    with pytest.raises(NotFound, match="empty"):
        ring.signing_key()


def test_a_failed_read_is_heard_and_tried_again(aws: RecordingClient, ring: KeyRing, clock: Clock) -> None:
    """When AWS does not answer each caller hears it, and who calls two seconds later has it asked again."""
    aws.lose_reply("get_secret_value")
    for _ in range(50):
        with pytest.raises(Unavailable):
            ring.signing_key()
        with pytest.raises(Unavailable):
            ring.find("forged")
    assert _reads(aws) == 1
    clock.now += 2
    assert ring.signing_key()


def test_no_secret_in_an_error_or_repr(ring: KeyRing) -> None:
    """Neither the ring's nor a key's repr shows what signs."""
    key = ring.signing_key()
    assert key.secret not in repr(ring) + repr(key)
