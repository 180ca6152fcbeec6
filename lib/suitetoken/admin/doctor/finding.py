"""One line of the examination: what was looked at, how it is, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from suitetoken.errors import AccessDenied, SuiteTokenError

T = TypeVar("T")


class Mark(Enum):
    """How it is. A warning is worth reading and may be as it should; `denied` was not to be seen."""

    RIGHT = "right"
    WARNING = "warning"
    WRONG = "wrong"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `next_step` is "" where nothing is to be done. It never holds a secret."""

    check: str
    mark: Mark
    message: str
    next_step: str = ""


def right(check: str, message: str) -> Finding:
    """Return a line about something that is as it should be."""
    return Finding(check, Mark.RIGHT, message)


def warning(check: str, message: str, next_step: str) -> Finding:
    """Return a line about something that may be meant."""
    return Finding(check, Mark.WARNING, message, next_step)


def wrong(check: str, message: str, next_step: str) -> Finding:
    """Return a line about something that must be mended."""
    return Finding(check, Mark.WRONG, message, next_step)


def denied(check: str, message: str, permission: str) -> Finding:
    """Return a line about something that these credentials may not see; `permission` is the IAM action it needs."""
    return Finding(check, Mark.DENIED, message, f"allow {permission}; docs/iam.md has a policy for operators.")


@dataclass(frozen=True, slots=True)
class Attempt(Generic[T]):
    """What was fetched, or the line that says why it was not."""

    value: T | None
    failure: Finding | None = None

    def judged(self, judge: Callable[[T], list[Finding]]) -> list[Finding]:
        """Return what `judge` finds in the value, or why there is none."""
        if self.failure is not None:
            return [self.failure]
        return [] if self.value is None else judge(self.value)


def attempt(check: str, permission: str, fetch: Callable[[], T]) -> Attempt[T]:
    """Fetch; an error of AWS becomes a line of this check. `permission` is the IAM action that it needs."""
    try:
        return Attempt(fetch())
    except AccessDenied:
        return Attempt(None, denied(check, "These credentials may not look at it.", permission))
    except SuiteTokenError as error:
        return Attempt(None, wrong(check, _sentence(error), error.next_step or "try again."))


def _sentence(error: SuiteTokenError) -> str:
    return f"{error.subject}: {error.message}" if error.subject else error.message
