"""How long a token may be used, when to read again, and how long to wait after a failure. All in seconds; pure."""

from __future__ import annotations

from collections.abc import Callable

from suitetoken.documents import AccessToken

LEEWAY_SECONDS = 30.0
"""How long before its end a token is used no more: it must still be good when it reaches NetSuite."""
PATIENCE_SECONDS = 10.0
"""With no usable token the store is asked at most this often, whatever the number of callers."""
_LATE_SECONDS = 360.0
"""A rotation that is due happens at the next sweep (every 5 minutes); a little later everybody may read it."""
_LONGEST_PAUSE = 3600.0
"""No document is believed for longer than this without another look, whatever dates it holds."""
_STALE_SECONDS = 60.0
_LONGEST_BACKOFF = 60.0

Random = Callable[[], float]
"""Gives a number from 0 up to 1."""


def find_leeway(token: AccessToken) -> float:
    """Return the part of the token's life that is left unused, less for a token that lives shortly."""
    return min(LEEWAY_SECONDS, max(0, token.expires_at - token.issued_at) / 20)


def find_last_use(token: AccessToken) -> float:
    """Return the epoch second from which the token is handed out no more."""
    return token.expires_at - find_leeway(token)


def find_pause(token: AccessToken, time: float, random: Random) -> float:
    """Return how long to keep a token that was read at `time` (epoch seconds) before reading again.

    That is a little after its rotation is due, not before, so that one reading finds the new one. Where the rotation
    is late the pause is a minute at most, and never shorter than PATIENCE_SECONDS: a store that goes on giving the
    same token is not asked for every call. Readers that began together drift apart by the random part.
    """
    late = min(_LATE_SECONDS, max(0, token.expires_at - token.refresh_at) / 3)
    due = min(token.refresh_at + late * (7 + random()) / 8, find_last_use(token))
    if due > time:
        return min(due - time, _LONGEST_PAUSE)
    return min(_STALE_SECONDS, max(PATIENCE_SECONDS, (token.expires_at - time) / 3)) * (1 + random()) / 2


def find_backoff(failures: int, random: Random) -> float:
    """Return how long to leave the store alone after this many failures in a row: growing, bounded, random."""
    return float(min(_LONGEST_BACKOFF, 2 ** min(failures, 16)) * (1 + random()) / 2)
