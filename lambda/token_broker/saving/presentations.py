"""Presentations of a one-time refresh token: which one comes next, how one is written down. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from suitetoken.aws.store import Version
from suitetoken.documents import Connection
from suitetoken.documents.fields import parse_object

PRESENTED = "PRESENTED"
UNSPENT = "UNSPENT"
HOLD_SECONDS = 240
"""How long another worker may still hold an answer: well over a rotate invocation's whole time."""
_EAGER_ATTEMPTS = 6
_PATIENT_SECONDS = 20 * 60
"""After some failed attempts, the wait between further ones.

Each makes a version, and Secrets Manager keeps 100 of a day: what an outage makes must be no more than what rotations
make, or the end of a long outage could not be saved.
"""


@dataclass(frozen=True, slots=True)
class Presentation:
    """One presenting of a refresh token: which one (by digest), how many times before, when (epoch seconds).

    `repeated` is set once an answer to this token was lost; `released` when this presenting certainly spent nothing.
    """

    digest: str
    attempt: int
    at: int
    repeated: bool
    released: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: another worker may hold the answer, or NetSuite was asked a moment ago.

    `spread` says that the day's versions would not last: the access tokens live too short for it.
    """

    spread: bool = False


def digest(refresh_token: str) -> str:
    """Return what may be stored and compared in place of the refresh token."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def name_turn(connection: Connection, refresh_token: str) -> str:
    """Return what one turn of a refresh token is known by: the token, and the answer that left it with us.

    A server may leave the token as it was, or give one that it gave before; each of its answers begins another turn.
    """
    used = connection.answer
    return refresh_token if used is None else f"{refresh_token}:{used.asked_at}:{used.raw}"


def decide_next(last: Presentation | None, turn: str, now: int) -> Presentation | Wait:
    """Return the presentation to try now, given the last one and what this turn is known by.

    After a lost answer the token is tried again as soon as nobody else can hold that answer, some times in a row and
    then every 20 minutes, until NetSuite says what became of it. If it was spent the grant is lost; if not,
    this saves the grant.
    """
    this = digest(turn)
    if last is None or last.digest != this:
        return Presentation(this, 0, now, repeated=False)
    if now - last.at < _pause_after(last):
        return Wait()
    return Presentation(this, last.attempt + 1, now, repeated=last.repeated or not last.released)


def _pause_after(last: Presentation) -> int:
    if last.attempt + 1 >= _EAGER_ATTEMPTS:
        return _PATIENT_SECONDS
    return 0 if last.released else HOLD_SECONDS


def parse_presentation(version: Version) -> Presentation:
    """Return the presentation that a version holds, or raise InvalidDocument."""
    fields = parse_object(version.body, f"{version.secret} ({PRESENTED})")
    return Presentation(
        fields.text("digest"),
        fields.seconds("attempt"),
        fields.seconds("at"),
        fields.optional_text("repeated") is not None,
        UNSPENT in version.labels,
    )


def write_presentation(presentation: Presentation, worker: str) -> str:
    """Return the text of a version that holds the presentation; `worker` is named for people who look for a cause."""
    repeated = {"repeated": "after a lost answer"} if presentation.repeated else {}
    return json.dumps(
        {
            "digest": presentation.digest,
            "attempt": presentation.attempt,
            "at": presentation.at,
            "worker": worker,
            **repeated,
        }
    )
