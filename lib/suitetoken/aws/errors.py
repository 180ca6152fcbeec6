"""What botocore raises, in our words: one table, used wherever AWS is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    HTTPClientError,
    InvalidConfigError,
    InvalidDefaultsMode,
    InvalidMaxRetryAttemptsError,
    InvalidRegionError,
    InvalidRetryModeError,
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
_UNUSABLE_CREDENTIALS = (
    CredentialRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_WRONG_SETTINGS = (
    ConfigNotFound,
    ConfigParseError,
    InvalidConfigError,
    InvalidDefaultsMode,
    InvalidMaxRetryAttemptsError,
    InvalidRegionError,
    InvalidRetryModeError,
    NoRegionError,
    ProfileNotFound,
)


@contextmanager
def translated(doing: str, subject: str) -> Iterator[None]:
    """Raise our error in place of botocore's; `doing` says what was tried, `subject` on what."""
    try:
        yield
    except ClientError as error:
        raise _from_client_error(error, doing, subject) from error
    except _UNUSABLE_CREDENTIALS as error:
        raise _from_credentials(error, doing, subject) from error
    except _WRONG_SETTINGS as error:
        raise _from_settings(error, doing, subject) from error
    except (BotoCoreError, HTTPClientError) as error:
        raise errors.Unavailable(
            f"{doing} failed: AWS did not answer ({type(error).__name__}).",
            subject=subject,
            next_step="try again; if it lasts, check the network and the region.",
        ) from error


def get_code(error: ClientError) -> str:
    """Return AWS's error code, the only part of its error that code may decide on."""
    return str(error.response.get("Error", {}).get("Code", ""))


def has_code(error: BaseException | None, code: str) -> bool:
    """Whether this is AWS's error of that code."""
    return isinstance(error, ClientError) and get_code(error) == code


def _from_credentials(error: BotoCoreError, doing: str, subject: str) -> errors.AccessDenied:
    """Return what is wrong with the credentials; what a program wrote that should have given some is not shown."""
    if isinstance(error, NoCredentialsError):
        what, next_step = "there are no AWS credentials", "log in to AWS, or set AWS_PROFILE (--profile)"
    elif isinstance(error, PartialCredentialsError):
        what, next_step = "a part of the AWS credentials is missing", "set all of them, or AWS_PROFILE (--profile)"
    else:
        what, next_step = f"the AWS credentials could not be got ({type(error).__name__})", "log in to AWS again"
    return errors.AccessDenied(f"{doing} failed: {what}.", subject=subject, next_step=f"{next_step}.")


def _from_settings(error: BotoCoreError, doing: str, subject: str) -> errors.InvalidInput:
    """Return which setting is missing or wrong; no later try mends it, and no permission."""
    if isinstance(error, ProfileNotFound):
        what = f"there is no AWS profile {error.kwargs['profile']!r:.80}"
        next_step = "see `aws configure list-profiles`, and give one of them (AWS_PROFILE, --profile)"
    elif isinstance(error, InvalidRegionError):
        what = f"{error.kwargs['region_name']!r:.80} is not an AWS region"
        next_step = "give one such as eu-west-1 (AWS_REGION, --region)"
    elif isinstance(error, NoRegionError):
        what, next_step = "no AWS region is set", "give the deployment's (AWS_REGION, --region)"
    else:
        what = f"the AWS settings cannot be used ({type(error).__name__})"
        next_step = "correct ~/.aws/config and the variables whose names begin with AWS_"
    return errors.InvalidInput(f"{doing} failed: {what}.", subject=subject, next_step=f"{next_step}.")


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
