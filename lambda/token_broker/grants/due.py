"""When a token is rotated: early enough that an outage of 25 minutes goes unnoticed, and no more often than need be.

Pure functions; times are epoch seconds.
"""

from __future__ import annotations

import hashlib

SWEEP_SECONDS = 300
"""The sweeps come at the multiples of this, by the clock (the schedule in infra/template.yaml)."""
ONE_TIME_SECONDS = 35 * 60
"""The age of a public client's token at the sweep that rotates it, where the token lives for an hour.

Each rotation makes two versions of a secret that keeps a hundred of a day: 42 rotations leave room for what else a day
brings, and 25 minutes of the token's life.
"""
LIFE_SECONDS = 3600
"""How long NetSuite's access tokens live (Oracle NetSuite Help, section_158081952044)."""
_EARLY_SECONDS = 60
"""How much earlier than the sweep it falls due: clocks differ a little."""


def find_refresh_at(connection_name: str, issued_at: int, life: int, *, one_time: bool) -> int:
    """Return when to rotate a token that lives for `life` seconds, so that the next sweep after that finds it.

    Reusable refresh token: after half of the life, each connection up to a twentieth of it earlier; the bit depends on
    the name alone and spreads connections authorized at once. One-time refresh token: at the last sweep at which the
    token is no older than 35 minutes.
    """
    if one_time:
        return _find_last_sweep(issued_at, life)
    spread = int.from_bytes(hashlib.sha256(connection_name.encode()).digest()[:4], "big") / 2**32
    return issued_at + int(life * (1 / 2 - spread / 20))


def _find_last_sweep(issued_at: int, life: int) -> int:
    latest = issued_at + life * ONE_TIME_SECONDS // LIFE_SECONDS
    return max(latest - latest % SWEEP_SECONDS - _EARLY_SECONDS, issued_at + life // 2)
