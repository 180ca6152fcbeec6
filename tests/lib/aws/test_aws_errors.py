"""What AWS and botocore raise becomes our error: by code alone, and without a word of what AWS wrote."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)

from suitetoken import errors
from suitetoken.aws.errors import get_code, translated

CANARY = "canary-7f3a"


def _client_error(code: str, status: int = 400) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": f"cannot store {CANARY}"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "PutSecretValue")


def _translate(error: Exception) -> errors.SuiteTokenError:
    with pytest.raises(errors.SuiteTokenError) as caught, translated("reading the secret", "suitetoken/token/x"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ResourceNotFoundException", errors.NotFound),
        ("ParameterNotFound", errors.NotFound),
        ("QueueDoesNotExist", errors.NotFound),
        ("AWS.SimpleQueueService.NonExistentQueue", errors.NotFound),
        ("InvalidRequestException", errors.BeingDeleted),
        ("ResourceExistsException", errors.AlreadyExists),
        ("AccessDeniedException", errors.AccessDenied),
        ("403", errors.AccessDenied),
        ("ExpiredTokenException", errors.AccessDenied),
        ("DecryptionFailure", errors.AccessDenied),
        ("LimitExceededException", errors.QuotaReached),
        ("ThrottlingException", errors.Unavailable),
        ("InternalServiceError", errors.Unavailable),
        ("InvalidParameterException", errors.SuiteTokenError),
    ],
)
def test_codes(code: str, kind: type[errors.SuiteTokenError]) -> None:
    """Each AWS error code becomes exactly the error that tells the caller what can be done."""
    assert type(_translate(_client_error(code))) is kind


def test_unknown_server_error_may_pass() -> None:
    """An unknown code with a status of 500 or more is worth another try; with a 400 it is not."""
    assert _translate(_client_error("SomethingNew", 503)).retryable
    assert not _translate(_client_error("SomethingNew", 400)).retryable


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        NoRegionError(),
        ProfileNotFound(profile="finance"),
        CredentialRetrievalError(provider="custom-process", error_msg=CANARY),
        UnauthorizedSSOTokenError(),
    ],
)
def test_no_credentials_is_access_denied(error: BotoCoreError) -> None:
    """Missing or expired AWS credentials are a matter of access, with a next step, not of trying again."""
    ours = _translate(error)
    assert type(ours) is errors.AccessDenied
    assert ours.next_step
    assert CANARY not in str(ours)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://secretsmanager.example"),
        ConnectTimeoutError(endpoint_url="https://secretsmanager.example"),
        ReadTimeoutError(endpoint_url="https://secretsmanager.example"),
    ],
)
def test_silence_may_pass(error: Exception) -> None:
    """When AWS does not answer, the same call may succeed later."""
    assert type(_translate(error)) is errors.Unavailable


@pytest.mark.parametrize("status", [400, 500])
def test_text_holds_nothing_that_aws_wrote(status: int) -> None:
    """The text says what was tried on what, and the code at most; AWS's message stays in the cause."""
    error = _client_error("SomethingNew", status)
    ours = _translate(error)
    assert "reading the secret" in str(ours)
    assert ours.subject == "suitetoken/token/x"
    assert CANARY not in str(ours)
    assert ours.__cause__ is error


@pytest.mark.parametrize("error", [errors.Conflict("somebody was faster."), ValueError("not of AWS")])
def test_other_errors_pass_through(error: Exception) -> None:
    """Errors that are not botocore's come out as they went in."""
    with pytest.raises(type(error)) as caught, translated("reading", "x"):
        raise error
    assert caught.value is error


def test_get_code_of_an_answer_without_error() -> None:
    """An answer that names no error has the empty code."""
    assert get_code(ClientError({}, "GetSecretValue")) == ""
