"""The one error tree: what happened, to which connection, what to do next, and whether a later try may succeed."""

from __future__ import annotations

from typing import Any


class SuiteTokenError(Exception):
    """Base of every error suitetoken raises on purpose.

    `code` is a stable word for machines, `exit_code` what the command line ends with, `retryable` whether the very
    same call may succeed later without anybody acting. The text never holds a secret, so it may be shown and logged.
    """

    code = "error"
    exit_code = 1
    retryable = False

    def __init__(self, message: str, *, subject: str | None = None, next_step: str | None = None) -> None:
        """Say in `message` what happened, in `subject` to what, in `next_step` what to do about it."""
        self.message = message
        self.subject = subject
        self.next_step = next_step
        super().__init__(self._sentence())

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own would call __init__ with the finished sentence, and a process pool could not hand it over.
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def _sentence(self) -> str:
        head = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{head} Next: {self.next_step}" if self.next_step else head


class InvalidInput(SuiteTokenError):
    """A value from a person or a caller does not have the form it must have; nothing was changed."""

    code = "invalid_input"
    exit_code = 2


class AlreadyExists(SuiteTokenError):
    """The thing to add is there already; nothing was changed."""

    code = "already_exists"
    exit_code = 2


class StillInUse(SuiteTokenError):
    """The change would break something that depends on it; nothing was changed."""

    code = "still_in_use"
    exit_code = 2


class NotFound(SuiteTokenError):
    """There is no such client, connection, token, key or deployment."""

    code = "not_found"
    exit_code = 4


class BeingDeleted(NotFound):
    """The secret is scheduled for deletion: it can be restored until its recovery window ends."""

    code = "being_deleted"


class AccessDenied(SuiteTokenError):
    """AWS refused these credentials, or there are none."""

    code = "access_denied"
    exit_code = 5


class Unavailable(SuiteTokenError):
    """A service did not answer, throttled or failed; the same call may succeed later."""

    code = "unavailable"
    exit_code = 6
    retryable = True


class QuotaReached(Unavailable):
    """A quota of AWS is used up, such as the versions of one secret; it frees itself with time."""

    code = "quota_reached"


class Conflict(SuiteTokenError):
    """Somebody else wrote the document first, again and again; the same call may succeed later."""

    code = "conflict"
    exit_code = 6
    retryable = True


class InvalidDocument(SuiteTokenError):
    """A stored document is not what its name says: half-written, foreign or damaged. Its values are not shown."""

    code = "invalid_document"


class AuthorizationRequired(SuiteTokenError):
    """A person must authorize the connection (again) before there can be a token."""

    code = "authorization_required"
    exit_code = 3


class TokenExpired(SuiteTokenError):
    """The stored access token is past its end and no newer one has been published yet."""

    code = "token_expired"
    exit_code = 6
    retryable = True


class InvalidSignedText(SuiteTokenError):
    """A link, state or result was not signed here, was altered, or was signed with a key that is gone."""

    code = "invalid_signature"
    exit_code = 2


class SignedTextExpired(InvalidSignedText):
    """A link, state or result was signed here but its time is over."""

    code = "expired_signature"


class NetSuiteError(SuiteTokenError):
    """NetSuite's REST API or a RESTlet answered with an error.

    `status` is the HTTP status, `error_code` NetSuite's own word (`o:errorCode`, or the RESTlet's `error.code`), or
    "" where the body held none. See Oracle NetSuite Help, section_156570709583 and section_4634920277.
    """

    code = "netsuite_error"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        error_code: str,
        subject: str | None = None,
        next_step: str | None = None,
    ) -> None:
        """Carry NetSuite's status and error code beside the sentence."""
        super().__init__(message, subject=subject, next_step=next_step)
        self.status = status
        self.error_code = error_code
