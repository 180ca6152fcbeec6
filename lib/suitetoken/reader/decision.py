"""What to do for a caller who wants a token: a pure decision over what is known."""

from __future__ import annotations

from enum import Enum, auto

from suitetoken.documents import AccessToken
from suitetoken.reader.moments import Moment
from suitetoken.reader.state import State


class Step(Enum):
    """What comes next for one caller."""

    SERVE = auto()
    """Hand out the token that is held."""
    SERVE_AND_READ = auto()
    """Hand it out and read again in the background."""
    READ = auto()
    """Read now and decide again."""
    WAIT = auto()
    """Somebody is reading: wait for that and decide again."""
    REFUSE = auto()
    """There is nothing to hand out, and asking the store again now would be too soon."""


def decide(state: State, now: Moment, min_remaining: float, *, is_reading: bool, may_wait: bool) -> Step:
    """Return the next step. A caller waits only while there is no token that is good enough for it.

    `may_wait` is False once the caller has waited: then it gets what there is.
    """
    if find_token(state, now, min_remaining) and (state.rejected is None or not may_wait):
        return Step.SERVE if is_reading or not state.is_due(now) else Step.SERVE_AND_READ
    if may_wait and is_reading:
        return Step.WAIT
    if may_wait and (state.rejected is not None or state.may_read(now)):
        return Step.READ
    return Step.REFUSE


def find_token(state: State, now: Moment, min_remaining: float) -> AccessToken | None:
    """Return the token that is held, if it may be handed out and has this many seconds left."""
    reading = state.reading
    token = reading.find_good_token(now) if reading else None
    return token if reading and token and token.expires_at - reading.find_time(now) >= min_remaining else None
