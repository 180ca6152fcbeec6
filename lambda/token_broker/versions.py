"""Room for versions: Secrets Manager keeps a hundred of one day, and refuses the next (User Guide, "Quotas").

A refused write after a token request would lose what NetSuite has just given, so room is looked for before.
"""

from __future__ import annotations

from suitetoken.errors import QuotaReached
from suitetoken.store import Store

MOST_BEFORE_ROTATION = 97
"""So many versions of the last 24 hours, and a rotation with a one-time refresh token still has room for its two."""
MOST_BEFORE_ATTEMPT = 90
"""So many, and whoever holds a link may try to authorize: what attempts write leaves rotations their room."""
_DAY = 86_400


def refuse_full(store: Store, secret: str, now: float, most: int) -> None:
    """Raise QuotaReached where more than `most` versions of a secret were put in the 24 hours before `now`."""
    count = store.count_versions(secret, now - _DAY)
    if count > most:
        raise QuotaReached(
            f"the secret has {count} versions of the last 24 hours, and nothing is sent that could not be saved.",
            subject=store.secret_id(secret),
            next_step="wait: the oldest are a day old soon; CloudTrail shows who writes so often.",
        )
