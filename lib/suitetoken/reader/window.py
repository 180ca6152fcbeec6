"""The hot path's whole knowledge: between which two times of the wall clock a token needs no further thought."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import cast

from suitetoken.documents import AccessToken
from suitetoken.reader.moments import Moment
from suitetoken.reader.state import State
from suitetoken.reader.timing import find_leeway


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` until `closes` (wall clock, epoch seconds) `token` may be handed out; it has `spare` seconds left.

    A window is never open for longer than the leeway that a token is given at its end. So a clock that is set back
    inside one cannot make a token outlive its end, and one that is set back further is before `opens`. `spare` is
    whole seconds, for comparing two integers is faster than comparing an integer and a float.
    """

    opens: float
    closes: float
    spare: int
    token: AccessToken
    text: str = field(repr=False)


CLOSED = Window(inf, -inf, -1, cast("AccessToken", None), "")
"""Never open, so nobody sees that it holds no token."""


def open_window(state: State, token: AccessToken, now: Moment, *, is_reading: bool) -> Window:
    """Return the window in which `token` is handed out without another look at what is due."""
    if state.reading is None or state.ended is None:
        return CLOSED
    remaining = token.expires_at - state.reading.find_time(now)
    leeway = find_leeway(token)
    until_due = inf if is_reading else state.pause - now.seconds_since(state.ended)
    length = max(0.0, min(leeway, remaining - leeway, until_due))
    return Window(now.wall, now.wall + length, int(remaining - length), token, token.access_token)
