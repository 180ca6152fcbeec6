"""The Secrets Manager in memory answers as the corrected moto does, whatever it is asked in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.aws import corrected_moto
from suitetoken.aws.store import Store
from tests.memory_aws.secrets import MemorySecrets
from tests.samples.tokens import NOW
from tests.worlds.world import Clock, session

NAMES = st.sampled_from(["p/token/a", "p/token/b"])
IDS = st.sampled_from([f"{number:032x}" for number in range(0xA0, 0xA4)])
LABELS = st.sampled_from(["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING", "ANSWERED"])
BODIES = st.sampled_from(["one", "two"])
PUT = st.fixed_dictionaries(
    {
        "SecretId": NAMES,
        "ClientRequestToken": IDS,
        "SecretString": BODIES,
        "VersionStages": st.lists(LABELS.filter(lambda label: label != "AWSPREVIOUS"), min_size=1, max_size=2),
    }
)
MOVE = st.fixed_dictionaries(
    {"SecretId": NAMES, "VersionStage": LABELS, "MoveToVersionId": IDS}, optional={"RemoveFromVersionId": IDS}
)
READ = st.fixed_dictionaries({"SecretId": NAMES}, optional={"VersionStage": LABELS})
CALLS = st.one_of(
    st.tuples(st.just("put_secret_value"), PUT),
    st.tuples(st.just("put_secret_value"), PUT),
    st.tuples(st.just("update_secret_version_stage"), MOVE),
    st.tuples(st.just("update_secret_version_stage"), MOVE),
    st.tuples(st.just("get_secret_value"), READ),
    st.tuples(st.just("get_secret_value"), st.fixed_dictionaries({"SecretId": NAMES, "VersionId": IDS})),
    st.tuples(st.just("delete_secret"), st.fixed_dictionaries({"SecretId": NAMES, "RecoveryWindowInDays": st.just(7)})),
    st.tuples(st.just("restore_secret"), st.fixed_dictionaries({"SecretId": NAMES})),
)


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    """A boto3 client of the corrected moto."""
    with corrected_moto(Clock()):
        yield session().client("secretsmanager", region_name="eu-central-1")


def ask(client: Any, call: str, parameters: dict[str, Any], first: str) -> object:
    """Return what a caller can tell of the answer: its error's code, or version, value and labels."""
    try:
        answer = getattr(client, call)(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    seen = [answer[name] for name in ("SecretString", "VersionId") if name in answer and call == "get_secret_value"]
    named = ["first" if value == first else value for value in seen]
    return named, sorted(answer.get("VersionStages", [])) if call == "get_secret_value" else None


def describe(client: Any, name: str, first: str) -> object:
    """Return the labels of a secret, as it is described and as lists show it."""
    described = client.describe_secret(SecretId=name)
    pages = client.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [name]}])
    listed = [secret["SecretVersionsToStages"] for page in pages for secret in page["SecretList"]]
    labels = [described["VersionIdsToStages"], *listed]
    return "DeletedDate" in described, [
        {"first" if version == first else version: sorted(stages) for version, stages in each.items()}
        for each in labels
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALLS, min_size=1, max_size=12))
def test_every_call_has_the_same_answer(moto: Any, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """Answers, errors, and afterwards the labels of each secret."""
    memory = MemorySecrets(Clock())
    firsts = []
    for client in (memory, moto):
        client.create_secret(Name="p/token/a", SecretString="begin")
        firsts.append(client.get_secret_value(SecretId="p/token/a")["VersionId"])
    try:
        for call, parameters in calls:
            assert ask(memory, call, parameters, firsts[0]) == ask(moto, call, parameters, firsts[1])
        assert describe(memory, "p/token/a", firsts[0]) == describe(moto, "p/token/a", firsts[1])
    finally:
        moto.delete_secret(SecretId="p/token/a", ForceDeleteWithoutRecovery=True)


@pytest.mark.parametrize("name", ["p/token/a", "p/token/b"])
def test_creating_twice_is_refused(moto: Any, name: str) -> None:
    """With the code for a secret that exists, and the other one while it is being deleted."""
    answers = []
    for client in (MemorySecrets(Clock()), moto):
        client.create_secret(Name=name, SecretString="begin")
        seen = [ask(client, "create_secret", {"Name": name, "SecretString": "x"}, "")]
        client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
        seen.append(ask(client, "create_secret", {"Name": name, "SecretString": "x"}, ""))
        answers.append(seen)
    moto.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert answers[0] == answers[1] == ["ResourceExistsException", "InvalidRequestException"]


def test_the_quota_of_versions_is_kept(moto: Any) -> None:
    """A hundred in a day and no more; the next day the oldest make room."""
    clock, answers = Clock(), []
    memory = MemorySecrets(clock)
    for client in (memory, moto):
        client.create_secret(Name="p/token/q", SecretString="begin")
        answers.append([ask(client, "put_secret_value", _put(number), "") for number in range(0xB00, 0xB64)])
    assert answers[0] == answers[1]
    assert answers[0][-1] == "LimitExceededException"
    assert count(memory, NOW) == count(moto, NOW) == 100
    moto.delete_secret(SecretId="p/token/q", ForceDeleteWithoutRecovery=True)
    clock.advance(86_400)
    memory.put_secret_value(**_put(0xC00))
    assert len(memory.held["p/token/q"].bodies) == 100
    assert count(memory, clock()) == 1


def count(client: Any, since: float) -> int:
    """Return how many versions were put since then."""
    return len(Store(client, "p").list_version_times("token/q", since))


def _put(number: int) -> dict[str, Any]:
    return {
        "SecretId": "p/token/q",
        "SecretString": "x",
        "ClientRequestToken": f"{number:032x}",
        "VersionStages": ["AWSCURRENT"],
    }
