"""Reading without boto3: accepted by an AWS that checks signatures and permissions, and else boto3's own answers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from suitetoken.errors import AccessDenied, NotFound
from suitetoken.reader import SecretValue
from suitetoken.reader.direct.direct_read import DirectRead
from suitetoken.reader.direct.exchange import Answer
from suitetoken.reader.names import TokenName
from suitetoken.reader.secrets_manager import SecretsManagerRead
from tests.readers.aws import REGION, Aws, Machine, running_aws, running_machine

BODY = '{"access_token": "canary"}'
OWN = TokenName("suitetoken/token/own", "own")
OTHER = TokenName("suitetoken/token/other", "other")


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """An AWS with two tokens."""
    with running_aws() as aws:
        aws.put_token("own", BODY)
        aws.put_token("other", "{}")
        yield aws


@pytest.fixture(scope="module")
def keys(aws: Aws) -> dict[str, str]:
    """The temporary keys of a role that may read `own`."""
    return aws.add_reader("own")


@pytest.fixture(scope="module")
def machine(keys: dict[str, str]) -> Iterator[Machine]:
    """A container endpoint and metadata service with those keys."""
    with running_machine(keys) as machine:
        yield machine


@pytest.fixture
def environ(aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """An environment that leads to that AWS, without credentials and files of somebody else."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    environ = {"AWS_ENDPOINT_URL": aws.url, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


def refuse() -> SecretValue:
    """Stand in for boto3 where it must not be needed."""
    raise AssertionError("boto3 was asked")


SOURCES = ["environment", "container", "instance"]


def source(name: str, keys: dict[str, str], machine: Machine) -> dict[str, str]:
    """Return the variables of a source of credentials."""
    return {"environment": keys, "container": machine.container, "instance": machine.instance}[name]


@pytest.mark.parametrize("name", SOURCES)
def test_aws_accepts_it(aws: Aws, environ: dict[str, str], keys: dict[str, str], machine: Machine, name: str) -> None:
    """AWS takes the signature and finds the permission, wherever the credentials are from."""
    read = DirectRead(OWN, region=REGION, environ={**environ, **source(name, keys, machine)}, fallback=refuse)
    with aws.guarded():
        value = read()
    assert value.body == BODY
    assert value.date == pytest.approx(time.time(), abs=60)


@pytest.mark.parametrize("name", SOURCES)
def test_boto3_reads_the_same(
    aws: Aws,
    environ: dict[str, str],
    keys: dict[str, str],
    machine: Machine,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the same environment boto3 reads the same document."""
    for variable, value in source(name, keys, machine).items():
        monkeypatch.setenv(variable, value)
    with aws.guarded():
        assert SecretsManagerRead(OWN, region=REGION)().body == BODY
        assert DirectRead(OWN, region=REGION, fallback=refuse)().body == BODY


@pytest.mark.parametrize(
    ("name", "error", "is_guarded"),
    [(OTHER, AccessDenied, True), (TokenName("suitetoken/token/none", "none"), NotFound, False)],
)
def test_refusals_are_boto3_s(
    aws: Aws,
    environ: dict[str, str],
    keys: dict[str, str],
    name: TokenName,
    error: type[Exception],
    is_guarded: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What AWS refuses is the same error of ours, word for word, as with boto3 alone."""
    for variable, value in keys.items():
        monkeypatch.setenv(variable, value)
    texts = []
    with aws.guarded() if is_guarded else nullcontext():
        for read in (DirectRead(name, region=REGION), SecretsManagerRead(name, region=REGION)):
            with pytest.raises(error) as refusal:
                read()
            texts.append(str(refusal.value))
    assert texts[0] == texts[1]


def test_wrong_key_is_refused(aws: Aws, environ: dict[str, str], keys: dict[str, str]) -> None:
    """AWS does check the signature: with another secret key it refuses, and boto3 is asked."""
    wrong = {**environ, **keys, "AWS_SECRET_ACCESS_KEY": "wrong"}
    with aws.guarded(), pytest.raises(AssertionError, match="boto3 was asked"):
        DirectRead(OWN, region=REGION, environ=wrong, fallback=refuse)()


def test_profile_is_left_to_boto3(environ: dict[str, str], keys: dict[str, str], tmp_path: Path) -> None:
    """With a profile or a file of credentials nothing is sent before boto3 is asked."""
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = a\n", encoding="utf-8")
    file = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}
    sent: list[str] = []

    def send(*request: object) -> Answer:
        sent.append(str(request))
        return Answer(500, "", b"")

    def read(region: str | None, profile: str | None, more: dict[str, str]) -> str:
        given = {**environ, **more}
        direct = DirectRead(
            OWN, region=region, profile=profile, environ=given, send=send, fallback=lambda: SecretValue("from boto3")
        )
        return direct().body

    assert read(REGION, "work", keys) == "from boto3"
    assert read(REGION, None, file) == "from boto3"
    assert read(None, None, keys) == "from boto3"
    assert read("cn-north-1", None, {**keys, "AWS_ENDPOINT_URL": ""}) == "from boto3"
    assert sent == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, "", b"{}"),
        Answer(400, "", b'{"__type": "ThrottlingException"}'),
        Answer(200, "", b"not json"),
        Answer(200, "", b"[" * 100_000),
        Answer(200, "", b"[]"),
        Answer(200, "", b'{"SecretBinary": "YQ=="}'),
        TimeoutError(),
        ConnectionRefusedError(),
    ],
)
def test_anything_but_a_document_is_asked_again(
    environ: dict[str, str], keys: dict[str, str], answer: Answer | Exception
) -> None:
    """Faults, throttling and what is not understood are boto3's business, with its retries."""

    def send(*_: object) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return answer

    fallback = SecretValue("from boto3")
    read = DirectRead(OWN, region=REGION, environ={**environ, **keys}, send=send, fallback=lambda: fallback)
    assert read() is fallback


def test_region_of_a_file_is_boto3_s(
    aws: Aws, environ: dict[str, str], keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only ~/.aws/config names the region, both read the same secret there."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(f"[default]\nregion = {REGION}\n", encoding="utf-8")
    for variable, value in keys.items():
        monkeypatch.setenv(variable, value)
    assert DirectRead(OWN, fallback=refuse)().body == SecretsManagerRead(OWN)().body == BODY


def test_arn_names_the_region(environ: dict[str, str], keys: dict[str, str]) -> None:
    """A secret is read in the region of its ARN, whatever region the environment has."""
    arn = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:suitetoken/token/own-AbCdEf"
    urls = []

    def send(method: str, url: str, headers: object, body: bytes, timeout: float) -> Answer:
        urls.append((url, "/ap-south-1/" in str(headers), arn.encode() in body))
        return Answer(200, "", b'{"SecretString": "x"}')

    given = {**environ, **keys, "AWS_ENDPOINT_URL": ""}
    DirectRead(TokenName(arn, "own", "ap-south-1"), region="eu-west-1", environ=given, send=send, fallback=refuse)()
    assert urls == [("https://secretsmanager.ap-south-1.amazonaws.com", True, True)]
