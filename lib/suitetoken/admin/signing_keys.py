"""Replacing a signing key: the new one signs, the one before still verifies, the one before that is dead."""

from __future__ import annotations

import secrets
import uuid

from suitetoken.aws.store import CURRENT, Store
from suitetoken.errors import NotFound
from suitetoken.signing.keys import LINK_KEY, STATE_KEY

KEYS = {"link": LINK_KEY, "state": STATE_KEY}


def require_deployment(store: Store, region: str) -> None:
    """Raise NotFound where nothing is deployed: a wrong prefix or region is not an empty deployment.

    Every deployment has signing keys; the list of them may be five minutes behind.
    """
    if next(store.list_names("signing-key"), None) is None:
        raise NotFound(
            f"nothing is deployed with the prefix {store.prefix} in {region}.",
            next_step="run `suitetoken doctor`, or give another --prefix, --region or --profile, or run `make deploy`.",
        )


def replace_key(store: Store, which: str) -> None:
    """Replace the `link` or `state` key, without reading it. Raises NotFound without a deployment.

    Nothing is decided from the key before, so no compare-and-swap: of two at once one is current, the other previous.
    """
    store.put(KEYS[which], secrets.token_urlsafe(48), version_id=str(uuid.uuid4()), label=CURRENT)
