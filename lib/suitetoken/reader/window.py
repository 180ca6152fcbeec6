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

    A window is open for a second at most, which is less than the leeway that a token is given at its end. So a clock
    that is set back inside one cannot make a token outlive its end, and one that is set back further is before `opens`.

    What remains: nobody asks until the token has ended, and then the wall clock is set back, before anybody asks, to
    within the one second after the last window was opened; that token is handed out once more. Only the steady clock
    would show it, and a look at that for every call costs too much: with both clocks a hot read takes 2.05 times a
    dict lookup and a clock read instead of 1.33 (Python 3.11; 2.35 instead of 1.69 on 3.13; interleaved, 200 rounds),
    and 2 is the limit. Closing the window after a second instead of after the leeway makes the hole a thirtieth as
    wide and costs one look at both clocks a second, about 12 microseconds.

    `spare` is whole seconds, for comparing two integers is faster than comparing an integer and a float.
    """

    opens: float
    closes: float
    spare: int
    token: AccessToken
    text: str = field(repr=False)


_LONGEST_SECONDS = 1.0

CLOSED = Window(inf, -inf, -1, cast("AccessToken", None), "")
"""Never open, so nobody sees that it holds no token."""


def open_window(state: State, token: AccessToken, now: Moment, *, is_reading: bool) -> Window:
    """Return the window in which `token` is handed out without another look at what is due."""
    if state.reading is None or state.ended is None:
        return CLOSED
    remaining = token.expires_at - state.reading.find_time(now)
    leeway = find_leeway(token)
    until_due = inf if is_reading else state.pause - now.seconds_since(state.ended)
    length = max(0.0, min(_LONGEST_SECONDS, leeway, remaining - leeway, until_due))
    return Window(now.wall, now.wall + length, int(remaining - length), token, token.access_token)
