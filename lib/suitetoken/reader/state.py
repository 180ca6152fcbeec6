"""What a reader knows: the newest document it could read, and how its last attempt ended. Frozen; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suitetoken.documents import AccessToken, TokenDocument
from suitetoken.reader.moments import Moment
from suitetoken.reader.secret_value import SecretValue
from suitetoken.reader.timing import PATIENCE_SECONDS, Random, find_backoff, find_last_use, find_pause

_BELIEVABLE_SKEW = 900.0
"""AWS refuses requests signed with a clock that is further off, so a Date further off is not AWS's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A token document, when it was asked for, and what the store's clock showed then (epoch seconds)."""

    document: TokenDocument
    asked: Moment
    store_time: float

    def find_time(self, now: Moment) -> float:
        """Return the time by the store's clock, in epoch seconds."""
        return self.store_time + now.seconds_since(self.asked)

    def find_good_token(self, now: Moment) -> AccessToken | None:
        """Return the token while it may be handed out."""
        token = self.document.token
        return token if token is not None and self.find_time(now) < find_last_use(token) else None


def parse_reading(value: SecretValue, asked: Moment, document_name: str) -> Reading:
    """Return what the secret held, or raise InvalidDocument.

    The store's Date was true after asking and is cut to whole seconds, hence one second more. No token was issued in
    the future: where the store's clock is not known, `issued_at` shows up a local clock that is slow.
    """
    document = TokenDocument.from_json(value.body, document_name)
    time = asked.wall
    if value.date is not None and abs(value.date - asked.wall) <= _BELIEVABLE_SKEW:
        time = value.date + 1
    if document.token is not None:
        time = max(time, document.token.issued_at)
    return Reading(document, asked, time)


@dataclass(frozen=True, slots=True)
class State:
    """Attempts are numbered in the order in which they begin; `attempt` is the last one that counted.

    `ended` is when that one ended and `pause` how long to wait from there before the next one. `error` is why it
    failed, if it did. `rejected` is the number of the last attempt that had begun when the token was reported as
    refused; `doubted` is when an attempt for such a report last ended.
    """

    reading: Reading | None = None
    attempt: int = 0
    ended: Moment | None = None
    pause: float = 0.0
    error: Exception | None = None
    failures: int = 0
    rejected: int | None = None
    doubted: Moment | None = None

    def is_due(self, now: Moment) -> bool:
        """Whether it is time to read again while there is a token to go on with."""
        return self.ended is None or now.seconds_since(self.ended) >= self.pause

    def may_read(self, now: Moment) -> bool:
        """Whether the store may be asked although it had no usable token a moment ago."""
        pause = PATIENCE_SECONDS if self.reading else min(PATIENCE_SECONDS, self.pause)
        return self.ended is None or now.seconds_since(self.ended) >= pause

    def reject(self, token: str, begun: int, now: Moment) -> State:
        """Return the state after NetSuite refused `token`; the same where that is not the one held any more.

        `begun` is the number of the last attempt that has begun. A token that is refused for another reason than its
        age would come back from the store again and again: that is tried at most every PATIENCE_SECONDS.
        """
        held = self.reading.document.token if self.reading else None
        again = self.doubted is not None and now.seconds_since(self.doubted) < PATIENCE_SECONDS
        return self if held is None or held.access_token != token or again else replace(self, rejected=begun)

    def succeed(self, attempt: int, reading: Reading, now: Moment, random: Random) -> State:
        """Return the state after an attempt brought a document; one overtaken by a later one changes nothing."""
        if attempt < self.attempt:
            return self
        newest = self._choose(reading, now)
        token = newest.document.token
        pause = find_pause(token, newest.find_time(now), random) if token else PATIENCE_SECONDS
        ended = replace(self._end(attempt, now), reading=newest, error=None, failures=0, pause=pause)
        return (
            ended if ended.rejected is None or _is_same_token(self.reading, newest) else replace(ended, rejected=None)
        )

    def fail(self, attempt: int, error: Exception, now: Moment, random: Random) -> State:
        """Return the state after an attempt failed; what was read before stays."""
        if attempt < self.attempt:
            return self
        failures = self.failures + 1
        pause = find_backoff(failures, random)
        return replace(self._end(attempt, now), error=error, failures=failures, pause=pause)

    def _end(self, attempt: int, now: Moment) -> State:
        """Answer a report of a refused token where the attempt began after it; an earlier one proves nothing."""
        answers = self.rejected is not None and attempt > self.rejected
        rejected, doubted = (None, now) if answers else (self.rejected, self.doubted)
        return replace(self, attempt=attempt, ended=now, rejected=rejected, doubted=doubted)

    def _choose(self, reading: Reading, now: Moment) -> Reading:
        """Return the document to go on with: the one just read, unless the store gave one from before the one held."""
        held = self.reading.find_good_token(now) if self.reading else None
        token = reading.document.token
        if self.reading is None or held is None or token is None or self.rejected is not None:
            return reading
        is_older = (token.authorized_at, token.issued_at) < (held.authorized_at, held.issued_at)
        return self.reading if is_older else reading


def _is_same_token(one: Reading | None, other: Reading) -> bool:
    held, found = one.document.token if one else None, other.document.token
    return held is not None and found is not None and held.access_token == found.access_token
