"""The signing keys: AWSCURRENT signs, AWSCURRENT and AWSPREVIOUS verify; the version id is the key id."""

from __future__ import annotations

from collections.abc import Callable

from suitetoken.aws.store import PREVIOUS, Store
from suitetoken.errors import NotFound, SuiteTokenError
from suitetoken.signing.links import Key

LINK_KEY = "signing-key/link"
"""Signs hosted links; operators and the broker may read it."""
STATE_KEY = "signing-key/state"
"""Signs state and results and derives verifiers and cookies; only the broker may read it, operators may replace it."""

_KEEP_SECONDS = 60
_UNKNOWN_SECONDS = 10
_FAILED_SECONDS = 2


class KeyRing:
    """One key secret, kept for a minute; a key id not seen before is looked up at once, at most every 10 seconds.

    Replacing a key twice therefore kills everything signed with it within a minute, and no flood of forged key ids
    turns into a flood of AWS calls: a reading that failed is not tried again for two seconds.
    """

    def __init__(self, store: Store, name: str, now: Callable[[], float]) -> None:
        """Read nothing yet; `name` is LINK_KEY or STATE_KEY, `now` gives epoch seconds."""
        self._store = store
        self._name = name
        self._now = now
        self._keys: tuple[Key, ...] = ()
        self._read_at = float("-inf")
        self._failed_at = float("-inf")
        self._failure: SuiteTokenError | None = None

    def signing_key(self) -> Key:
        """Return the key that signs; raises NotFound where the deployment has none."""
        return self._keys_younger_than(_KEEP_SECONDS)[0]

    def find(self, key_id: str) -> Key | None:
        """Return the key with this id while it may verify, else None."""
        known = self._named(key_id, self._keys_younger_than(_KEEP_SECONDS))
        return known or self._named(key_id, self._keys_younger_than(_UNKNOWN_SECONDS))

    def _keys_younger_than(self, seconds: float) -> tuple[Key, ...]:
        age = self._now() - self._read_at
        if not self._keys or not 0 <= age < seconds:
            self._read_unless_failing()
        return self._keys

    def _read_unless_failing(self) -> None:
        if self._failure is not None and 0 <= self._now() - self._failed_at < _FAILED_SECONDS:
            raise self._failure.with_traceback(None)
        try:
            self._keys = self._read_keys()
        except SuiteTokenError as error:
            self._failed_at, self._failure = self._now(), error
            raise
        self._read_at, self._failure = self._now(), None

    def _read_keys(self) -> tuple[Key, ...]:
        current = self._store.read(self._name)
        previous = self._store.find(self._name, PREVIOUS)
        found = [current] if previous is None else [current, previous]
        if not all(version.body for version in found):
            raise NotFound("the signing key is empty.", subject=self._store.secret_id(self._name))
        return tuple(Key(version.id, version.body) for version in found)

    @staticmethod
    def _named(key_id: str, keys: tuple[Key, ...]) -> Key | None:
        return next((key for key in keys if key.id == key_id), None)
