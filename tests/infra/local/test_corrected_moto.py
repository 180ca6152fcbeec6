"""The corrected moto writes versions and labels of a secret as AWS documents it.

Each docstring's fact is from the AWS Secrets Manager API Reference, the operation it names.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.aws import corrected_moto, corrections
from tests.worlds.world import Clock

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

DAY = 24 * 3600


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the Secrets Manager."""
    return Clock(1_700_000_000.0)


@pytest.fixture
def aws(clock: Clock) -> Iterator[SecretsManagerClient]:
    """Give a Secrets Manager with one secret, `s`, whose first version holds `first`."""
    with corrected_moto(clock):
        client = boto3.client("secretsmanager", region_name="eu-west-1", **_credentials())
        client.create_secret(Name="s", SecretString="first")
        yield client


def _credentials() -> dict[str, Any]:
    return {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


def put(aws: SecretsManagerClient, value: str, *labels: str, version: str = "") -> str:
    """Put a version and return its id."""
    how: Any = {"VersionStages": list(labels)} if labels else {}
    return aws.put_secret_value(
        SecretId="s", SecretString=value, ClientRequestToken=version or str(uuid.uuid4()), **how
    )["VersionId"]


def current(aws: SecretsManagerClient) -> str:
    """Return the id of AWSCURRENT."""
    return aws.get_secret_value(SecretId="s", VersionStage="AWSCURRENT")["VersionId"]


def labels(aws: SecretsManagerClient) -> dict[str, set[str]]:
    """Return the labels of each labelled version."""
    found = aws.describe_secret(SecretId="s")["VersionIdsToStages"]
    return {version: set(carried) for version, carried in found.items()}


def refusal(call: Callable[[], Any]) -> str:
    """Return the error code of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def test_read_without_label_follows_a_stage_move(aws: SecretsManagerClient) -> None:
    """GetSecretValue: without VersionId and VersionStage it returns AWSCURRENT; BatchGetSecretValue always does."""
    first, second = current(aws), put(aws, "second", "AWSPENDING")
    aws.update_secret_version_stage(
        SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=second
    )
    assert aws.get_secret_value(SecretId="s")["SecretString"] == "second"
    assert aws.batch_get_secret_value(SecretIdList=["s"])["SecretValues"][0]["SecretString"] == "second"


@pytest.mark.parametrize("label", ["AWSPENDING", "AWSCURRENT", "OURS"])
def test_a_version_never_changes(aws: SecretsManagerClient, label: str) -> None:
    """PutSecretValue: a used token with another value is refused, with the same value it changes nothing."""
    version = put(aws, "second", label)
    before = labels(aws)
    assert refusal(lambda: put(aws, "third", label, version=version)) == "ResourceExistsException"
    assert put(aws, "second", "ANOTHER", version=version) == version
    assert labels(aws) == before
    assert aws.get_secret_value(SecretId="s", VersionId=version)["SecretString"] == "second"


def test_a_label_is_moved_only_from_the_version_that_is_named(aws: SecretsManagerClient) -> None:
    """UpdateSecretVersionStage: RemoveFromVersionId must name the version that carries the label, if one does."""
    first, second, third = current(aws), put(aws, "second", "OURS"), put(aws, "third", "OTHER")

    def move(**how: Any) -> None:
        aws.update_secret_version_stage(SecretId="s", VersionStage="OURS", **how)

    assert refusal(lambda: move(MoveToVersionId=third)) == "InvalidParameterException"
    assert refusal(lambda: move(MoveToVersionId=third, RemoveFromVersionId=first)) == "InvalidParameterException"
    assert labels(aws)[second] == {"OURS"}
    move(MoveToVersionId=third, RemoveFromVersionId=second)
    assert labels(aws) == {first: {"AWSCURRENT"}, third: {"OURS", "OTHER"}}


def test_moving_current_takes_previous_along_and_nothing_else(aws: SecretsManagerClient) -> None:
    """UpdateSecretVersionStage: moving AWSCURRENT moves AWSPREVIOUS to the version it was removed from."""
    first, second = current(aws), put(aws, "second", "AWSPENDING", "OURS")
    aws.update_secret_version_stage(SecretId="s", VersionStage="MINE", MoveToVersionId=first)
    aws.update_secret_version_stage(
        SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=second
    )
    assert labels(aws) == {first: {"AWSPREVIOUS", "MINE"}, second: {"AWSCURRENT", "AWSPENDING", "OURS"}}
    third = put(aws, "third", "AWSPENDING")
    aws.update_secret_version_stage(
        SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=third
    )
    assert labels(aws) == {first: {"MINE"}, second: {"AWSPREVIOUS", "OURS"}, third: {"AWSCURRENT", "AWSPENDING"}}


def test_current_is_moved_but_never_removed(aws: SecretsManagerClient) -> None:
    """UpdateSecretVersionStage: a secret keeps an AWSCURRENT once it has one."""
    first = current(aws)

    def remove() -> None:
        aws.update_secret_version_stage(SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=first)

    assert refusal(remove) == "InvalidParameterException"
    assert current(aws) == first


def test_putting_current_keeps_the_labels_of_the_old_version(aws: SecretsManagerClient) -> None:
    """PutSecretValue: AWSCURRENT and AWSPREVIOUS move, other labels stay attached."""
    first = current(aws)
    aws.update_secret_version_stage(SecretId="s", VersionStage="OURS", MoveToVersionId=first)
    second = put(aws, "second")
    assert labels(aws) == {first: {"AWSPREVIOUS", "OURS"}, second: {"AWSCURRENT"}}


def test_putting_own_labels_leaves_current_alone(aws: SecretsManagerClient) -> None:
    """PutSecretValue: only the labels that are given move to the new version."""
    first, second = current(aws), put(aws, "second", "OURS", "AWSPENDING")
    third = put(aws, "third", "OURS")
    assert labels(aws) == {first: {"AWSCURRENT"}, second: {"AWSPENDING"}, third: {"OURS"}}
    assert aws.get_secret_value(SecretId="s")["SecretString"] == "first"


def test_version_without_labels_is_readable_by_id(aws: SecretsManagerClient) -> None:
    """DescribeSecret shows labelled versions only; GetSecretValue still finds a deprecated one by its id."""
    second = put(aws, "second", "OURS")
    put(aws, "third", "OURS")
    assert second not in labels(aws)
    found = aws.get_secret_value(SecretId="s", VersionId=second)
    assert found["SecretString"] == "second"
    assert not found.get("VersionStages")


def test_value_is_limited_to_64_kib(aws: SecretsManagerClient) -> None:
    """PutSecretValue and CreateSecret: SecretString holds at most 65,536 bytes."""
    put(aws, "x" * 65_536)
    assert refusal(lambda: put(aws, "x" * 65_537)) == "ValidationException"
    assert refusal(lambda: aws.create_secret(Name="t", SecretString="é" * 40_000)) == "ValidationException"


def test_versions_of_one_day_are_limited(aws: SecretsManagerClient, clock: Clock) -> None:
    """PutSecretValue: about 100 versions are kept, none younger than 24 hours is removed, so one more is refused."""
    oldest = current(aws)
    made = [put(aws, str(number), "AWSCURRENT") for number in range(99)]
    assert refusal(lambda: put(aws, "one more")) == "LimitExceededException"
    clock.now += DAY + 1
    put(aws, "the day after")
    assert refusal(lambda: aws.get_secret_value(SecretId="s", VersionId=oldest)) == "ResourceNotFoundException"
    assert aws.get_secret_value(SecretId="s", VersionId=made[0])["SecretString"] == "0"
    assert aws.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["VersionId"] == made[-1]


def test_versions_are_listed_with_the_time_they_were_put_at(aws: SecretsManagerClient, clock: Clock) -> None:
    """ListSecretVersionIds: "CreatedDate: the date this version of the secret was created"; deprecated ones too."""
    clock.advance(60)
    for body in ("second", "third"):
        aws.put_secret_value(SecretId="s", SecretString=body)
    listed = aws.list_secret_version_ids(SecretId="s", IncludeDeprecated=True)["Versions"]
    assert sorted(each["CreatedDate"].timestamp() - clock() for each in listed) == [-60, 0, 0]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.list_secret_version_ids(SecretId="none")


def test_labelled_versions_are_never_removed(aws: SecretsManagerClient, clock: Clock) -> None:
    """UpdateSecretVersionStage: only a version without labels is deprecated and may be deleted."""
    kept = put(aws, "kept", "OURS")
    for number in range(98):
        put(aws, str(number), "AWSCURRENT")
    clock.now += DAY + 1
    for number in range(5):
        put(aws, f"later {number}")
    assert aws.get_secret_value(SecretId="s", VersionStage="OURS")["VersionId"] == kept


def test_secret_marked_for_deletion_is_not_written(aws: SecretsManagerClient) -> None:
    """DeleteSecret: until it is restored, a secret in its recovery window refuses values, labels and its own name."""
    first, second = current(aws), put(aws, "second", "OURS")
    aws.delete_secret(SecretId="s", RecoveryWindowInDays=30)
    calls: list[Callable[[], Any]] = [
        lambda: put(aws, "third"),
        lambda: aws.update_secret(SecretId="s", SecretString="third"),
        lambda: aws.create_secret(Name="s", SecretString="third"),
        lambda: aws.get_secret_value(SecretId="s"),
        lambda: aws.update_secret_version_stage(
            SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=second
        ),
    ]
    assert {refusal(call) for call in calls} == {"InvalidRequestException"}
    aws.restore_secret(SecretId="s")
    assert put(aws, "third") == current(aws)


def test_first_version_becomes_current(aws: SecretsManagerClient) -> None:
    """PutSecretValue: the first version of a secret gets AWSCURRENT whatever labels are asked."""
    aws.create_secret(Name="empty")
    aws.put_secret_value(SecretId="empty", SecretString="value", VersionStages=["OURS"])
    found = aws.get_secret_value(SecretId="empty")
    assert set(found["VersionStages"]) == {"OURS", "AWSCURRENT"}


def test_update_secret_follows_the_same_rules(aws: SecretsManagerClient) -> None:
    """UpdateSecret: a new value becomes AWSCURRENT; other labels and a description that is not given stay."""
    first = current(aws)
    aws.update_secret_version_stage(SecretId="s", VersionStage="OURS", MoveToVersionId=first)
    aws.update_secret(SecretId="s", Description="what it is")
    second = aws.update_secret(SecretId="s", SecretString="second")["VersionId"]
    assert labels(aws) == {first: {"AWSPREVIOUS", "OURS"}, second: {"AWSCURRENT"}}
    assert aws.describe_secret(SecretId="s")["Description"] == "what it is"


def test_one_of_many_writers_wins(aws: SecretsManagerClient) -> None:
    """UpdateSecretVersionStage: of 8 moves away from one version exactly one succeeds, for a call is atomic."""
    first = current(aws)
    versions = [put(aws, str(number), f"L{number}") for number in range(8)]

    def move(version: str) -> bool:
        try:
            aws.update_secret_version_stage(
                SecretId="s", VersionStage="AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=version
            )
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, versions)) == 1


def test_corrections_are_taken_back(clock: Clock) -> None:
    """Corrections end with their block, and two cannot share moto's one set of data."""
    with corrections(clock), pytest.raises(RuntimeError), corrections(clock):
        pass
    with corrected_moto(clock):
        names = boto3.client("secretsmanager", region_name="eu-west-1", **_credentials()).list_secrets()
    assert names["SecretList"] == []


@pytest.mark.parametrize("asked", [{}, {"VersionStage": "AWSPENDING"}, {"VersionId": "a" * 32}])
def test_a_secret_being_deleted_is_that_whatever_is_asked(aws: SecretsManagerClient, asked: Any) -> None:
    """GetSecretValue: InvalidRequestException where "the secret is scheduled for deletion"."""
    aws.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    with pytest.raises(ClientError, match="InvalidRequestException"):
        aws.get_secret_value(SecretId="s", **asked)
