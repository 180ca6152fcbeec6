"""Replacing a signing key: the new one signs, the one before still verifies, the one before that is dead."""

from __future__ import annotations

import secrets

from suitetoken.keys import LINK_KEY, STATE_KEY
from suitetoken.store import Store

KEYS = {"link": LINK_KEY, "state": STATE_KEY}


def replace_key(store: Store, which: str) -> None:
    """Replace the `link` or `state` key. Raises NotFound without a deployment."""
    store.update(KEYS[which], lambda _: secrets.token_urlsafe(48))
