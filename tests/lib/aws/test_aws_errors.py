"""What AWS and botocore raise becomes our error: by code alone, and without a word of what AWS wrote."""

from __future__ import annotations

import pytest
from boto3 import Session
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    InvalidMaxRetryAttemptsError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)

from suitetoken import errors
from suitetoken.aws.clients import open_client
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
    ("error", "says"),
    [
        (NoCredentialsError(), "there are no AWS credentials"),
        (PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"), "a part of the AWS credentials"),
        (CredentialRetrievalError(provider="custom-process", error_msg=CANARY), "could not be got (CredentialRetr"),
        (UnauthorizedSSOTokenError(), "could not be got (UnauthorizedSSOTokenError)"),
    ],
)
def test_no_credentials_is_access_denied(error: BotoCoreError, says: str) -> None:
    """Missing, partial or expired AWS credentials are a matter of access, and each has a sentence of its own."""
    ours = _translate(error)
    assert type(ours) is errors.AccessDenied
    assert says in ours.message
    assert ours.next_step
    assert CANARY not in str(ours)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NoRegionError(), "no AWS region is set"),
        (InvalidRegionError(region_name="eu west"), "'eu west' is not an AWS region"),
        (ProfileNotFound(profile="finance"), "there is no AWS profile 'finance'"),
        (ConfigParseError(path="/home/somebody/.aws/config"), "settings cannot be used (ConfigParseError)"),
        (
            InvalidMaxRetryAttemptsError(provided_max_attempts=CANARY, min_value=1),
            "cannot be used (InvalidMaxRetryA",
        ),
    ],
)
def test_wrong_settings_are_wrong_usage(error: BotoCoreError, says: str) -> None:
    """What is set wrong here is neither a refusal nor a silence of AWS: the sentence names the setting."""
    ours = _translate(error)
    assert type(ours) is errors.InvalidInput
    assert says in ours.message
    assert ours.next_step
    assert CANARY not in str(ours)


@pytest.mark.parametrize(
    "url",
    ["foo", "127.0.0.1:5000", "//127.0.0.1", "http://", "ftp://127.0.0.1", "http://a b", "http://127.0.0.1:abc",
     "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://[::1"],
)  # fmt: skip
def test_an_endpoint_that_is_not_a_url_is_wrong_usage(url: str) -> None:
    """Whichever way botocore stumbles over it, or not at all, the person reads what is set wrong."""
    with pytest.raises(errors.InvalidInput, match="AWS_ENDPOINT_URL"), translated("reaching AWS", "secretsmanager"):
        open_client(Session(region_name="eu-west-1"), "secretsmanager", endpoint_url=url)


@pytest.mark.parametrize("region", ["", "eu west", "eu_west", "eu-west-1\n", "a.example/", "x" * 64, "\u00e9"])
def test_what_cannot_be_a_region_is_wrong_usage(region: str) -> None:
    """It is the region that is named, not the endpoint that botocore makes of it."""
    with pytest.raises(errors.InvalidInput, match="AWS_REGION"), translated("reaching AWS", "secretsmanager"):
        open_client(Session(region_name=region), "secretsmanager")


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
