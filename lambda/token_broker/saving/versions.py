"""Room for versions: Secrets Manager keeps a hundred of one day, and refuses the next (User Guide, "Quotas").

A refused write after a token request would lose what NetSuite has just given, so room is looked for before.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from suitetoken.aws.store import Store
from suitetoken.documents import AccessToken
from suitetoken.errors import QuotaReached
from token_broker.grants.due import LIFE_SECONDS, ONE_TIME_SECONDS

MOST_BEFORE_ROTATION = 96
"""With this many versions in the last 24 hours, a rotation with a one-time refresh token has room for its three.

These are the presentation and the answer; or the presentation, the problem, and the note that people were told.
"""
MOST_BEFORE_SAVING = 88
"""From this many on, a few more than rotations alone make, each rotation waits until its token has little time left."""
SAVING_SECONDS = 15 * 60
"""That time: three sweeps. Tokens rotated at 45 minutes of age cost 64 versions a day; at 35 minutes, 84."""
MOST_BEFORE_ATTEMPT = MOST_BEFORE_ROTATION - 4
"""Up to this many, an attempt to authorize has room for its four at most, and so have the rotations after it."""
MOST_OF_ROTATIONS = 86
"""How many versions rotations may make in a day, a few more than those of tokens that live for an hour.

Beyond it the rotations of tokens with a shorter life are spread, one in 35 minutes, so that room lasts all day and an
attempt to authorize finds some.
"""
_SPREAD_SECONDS = ONE_TIME_SECONDS - 180
"""The time between rotations that are spread; less than 35 minutes, for sweeps and their messages may be late."""
_A_ROTATION_MAKES = 2
_DAY = 86_400


class Room(Enum):
    """What room for versions says to a rotation."""

    ENOUGH = "enough"
    SHORT = "short"
    TO_BE_SPREAD = "to be spread"


def find_most_to_come(made: Sequence[float], now: float) -> int:
    """Return the most versions that any rotation of a public client finds from now on, where these go on as ever.

    `made` and `now` are epoch seconds; `made` are those of the last 24 hours. Each stops counting a day after it was
    made, and until then rotations add theirs.
    """
    until_one_ends = [*(at + _DAY - now for at in sorted(made)), _DAY]
    return max(len(made) - ended + _add_by_rotations(seconds) for ended, seconds in enumerate(until_one_ends))


def look_for_room(store: Store, secret: str, now: float, held: AccessToken | None) -> Room:
    """Say whether to rotate now (`now` in epoch seconds), by the token that readers have.

    SHORT where room is short and that token lasts long enough to wait; TO_BE_SPREAD where tokens live so short that
    the day's versions would be used up. Raises QuotaReached where the answer to a one-time refresh token might find no
    room.
    """
    made = _list_of_the_day(store, secret, now)
    _refuse(store, secret, len(made), MOST_BEFORE_ROTATION)
    if held is None:
        return Room.ENOUGH
    short_lived = held.expires_at - held.issued_at < LIFE_SECONDS
    many = find_most_to_come(made, now) + _A_ROTATION_MAKES > MOST_OF_ROTATIONS
    if short_lived and many and now - held.issued_at < _SPREAD_SECONDS:
        return Room.TO_BE_SPREAD
    short = len(made) > MOST_BEFORE_SAVING and held.expires_at - now > SAVING_SECONDS
    return Room.SHORT if short else Room.ENOUGH


def refuse_attempt(store: Store, secret: str, now: float, *, rotated: bool) -> None:
    """Raise QuotaReached where an attempt to authorize would find no room.

    `rotated` says that one-time refresh tokens are rotated meanwhile: then an attempt is refused too where these would
    find no room afterwards, at any time of the next day. Every holder of a link can make attempts.
    """
    made = _list_of_the_day(store, secret, now)
    _refuse(store, secret, find_most_to_come(made, now) if rotated else len(made), MOST_BEFORE_ATTEMPT)


def _add_by_rotations(seconds: float) -> int:
    return _A_ROTATION_MAKES * int(seconds // ONE_TIME_SECONDS)


def _list_of_the_day(store: Store, secret: str, now: float) -> list[float]:
    return store.list_version_times(secret, now - _DAY)


def _refuse(store: Store, secret: str, count: int, most: int) -> None:
    if count > most:
        raise QuotaReached(
            f"24 hours of the secret come to {count} versions, and nothing is sent that could not be saved.",
            subject=store.secret_id(secret),
            next_step="wait: the oldest are a day old soon; CloudTrail shows who writes so often.",
        )
