"""Replacing a signing key: the new one signs, the one before still verifies, the one before that is dead."""

from __future__ import annotations

import secrets
import uuid

from suitetoken.aws.store import CURRENT, Store
from suitetoken.signing.keys import LINK_KEY, STATE_KEY

KEYS = {"link": LINK_KEY, "state": STATE_KEY}


def are_there(store: Store) -> bool:
    """Whether there are signing keys, as every deployment has them; the list may be five minutes behind."""
    return next(store.list_names("signing-key"), None) is not None


def replace_key(store: Store, which: str) -> None:
    """Replace the `link` or `state` key, without reading it. Raises NotFound without a deployment.

    Nothing is decided from the key before, so no compare-and-swap: of two at once one is current, the other previous.
    """
    store.put(KEYS[which], secrets.token_urlsafe(48), version_id=str(uuid.uuid4()), label=CURRENT)
