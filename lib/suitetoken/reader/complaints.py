"""Why there is no token to hand out, as one of our errors: which connection, and who must do what."""

from __future__ import annotations

import copy
import time

from suitetoken.documents import AccessToken
from suitetoken.errors import AuthorizationRequired, InvalidInput, SuiteTokenError, TokenExpired, Unavailable
from suitetoken.reader.moments import Moment
from suitetoken.reader.state import Reading, State


def explain(state: State, connection: str, now: Moment, min_remaining: float) -> SuiteTokenError:
    """Return the error for a caller who cannot have a token: that of the last attempt, or what the document says."""
    if state.error is not None:
        return _repeat(state.error, connection)
    if state.reading is None:
        return Unavailable("nobody has been able to read the token yet.", subject=connection, next_step="try again.")
    return _explain_document(state.reading, connection, state.reading.find_good_token(now), min_remaining)


def _explain_document(
    reading: Reading, connection: str, good: AccessToken | None, min_remaining: float
) -> SuiteTokenError:
    token, problem = reading.document.token, reading.document.problem
    if good is not None and min_remaining > good.expires_at - good.issued_at:
        return InvalidInput(
            f"no token ever has {min_remaining:.0f} s left: one lives {good.expires_at - good.issued_at} s in all.",
            subject=connection,
            next_step="ask for less, and read again in between.",
        )
    if problem is not None:
        end = f"the access token's end is {show_time(token.expires_at)}, and no other comes: " if token else ""
        return AuthorizationRequired(f"{end}{problem.message}", subject=connection)
    if good is not None:
        return Unavailable(
            f"the newest access token has less than {min_remaining:.0f} s left.",
            subject=connection,
            next_step=f"try again after the next rotation, which is due at {show_time(good.refresh_at)}.",
        )
    ended = f"the access token ended at {show_time(token.expires_at)}" if token else "there is no access token"
    return TokenExpired(
        f"{ended} and no newer one has been published.",
        subject=connection,
        next_step=f"try again; if it lasts, see why with `suitetoken status {connection}`.",
    )


def _repeat(error: Exception, connection: str) -> SuiteTokenError:
    """Return the error anew, for one object raised in many threads would collect all their tracebacks."""
    if isinstance(error, SuiteTokenError):
        again = copy.copy(error)
    else:
        again = SuiteTokenError(f"reading the token failed ({type(error).__name__}).", subject=connection)
    again.__cause__ = error
    return again


def show_time(seconds: float) -> str:
    """Return epoch seconds as people read them, or as they are where no calendar has such a date."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        return f"{seconds}"
