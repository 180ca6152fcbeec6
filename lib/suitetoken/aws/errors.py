"""What botocore raises, in our words: one table, used wherever AWS is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from suitetoken import errors

_DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "DecryptionFailure",
        "EncryptionFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
_MISSING = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "NotFound",
        "NotFoundException",
        "ParameterNotFound",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    }
)
_PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServiceError",
        "PriorRequestNotComplete",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)


@contextmanager
def translated(doing: str, subject: str) -> Iterator[None]:
    """Raise our error in place of botocore's; `doing` says what was tried, `subject` on what."""
    try:
        yield
    except ClientError as error:
        raise _from_client_error(error, doing, subject) from error
    except _NO_CREDENTIALS as error:
        raise errors.AccessDenied(
            f"{doing} failed: no usable AWS credentials or no region ({type(error).__name__}).",
            subject=subject,
            next_step="log in to AWS again, or set AWS_PROFILE and AWS_REGION (--profile and --region).",
        ) from error
    except (BotoCoreError, HTTPClientError) as error:
        raise errors.Unavailable(
            f"{doing} failed: AWS did not answer ({type(error).__name__}).",
            subject=subject,
            next_step="try again; if it lasts, check the network and the region.",
        ) from error


def get_code(error: ClientError) -> str:
    """Return AWS's error code, the only part of its error that code may decide on."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _from_client_error(error: ClientError, doing: str, subject: str) -> errors.SuiteTokenError:
    code = get_code(error)
    if code in _MISSING:
        return errors.NotFound(
            f"{doing} failed: it does not exist.",
            subject=subject,
            next_step="check the name, the prefix, the region and the AWS account.",
        )
    if code == "ResourceExistsException":
        return errors.AlreadyExists(f"{doing} failed: it exists already.", subject=subject)
    if code == "InvalidRequestException":
        return errors.BeingDeleted(
            f"{doing} failed: the secret is scheduled for deletion or has no such version.",
            subject=subject,
            next_step="add it again to restore it.",
        )
    if code in _DENIED:
        return errors.AccessDenied(
            f"{doing} failed: AWS refused these credentials ({code}).",
            subject=subject,
            next_step="ask whoever runs this deployment for access to just this secret.",
        )
    if code == "LimitExceededException":
        return errors.QuotaReached(f"{doing} failed: an AWS quota is used up.", subject=subject)
    if code in _PASSING or int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500:
        return errors.Unavailable(f"{doing} failed: {code}.", subject=subject, next_step="try again.")
    return errors.SuiteTokenError(f"{doing} failed: AWS answered {code}.", subject=subject)
