"""Reading from Secrets Manager: what is asked, what its errors become, and readers side by side."""

from __future__ import annotations

import logging

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from suitetoken.aws.store import Store
from suitetoken.documents import TokenDocument
from suitetoken.errors import AccessDenied, InvalidDocument, InvalidInput, NotFound, Unavailable
from suitetoken.reader import TokenReader
from suitetoken.reader.names import parse_token_name
from suitetoken.reader.shared import SharedReaders
from tests.readers.fake_secret import LIFE
from tests.readers.recording_client import RecordingClient
from tests.samples.documents import CANARY
from tests.samples.tokens import NOW, make_access_token

ARN = "arn:aws:secretsmanager:us-east-2:210987654321:secret:suitetoken/token/finance-prod-AbC12f"


def _publish(store: Store, name: str, token: str) -> None:
    store.create(f"token/{name}", TokenDocument(make_access_token(access_token=token)).to_json(), "token")


def _read(aws: RecordingClient, name: str, **options: str) -> TokenReader:
    return TokenReader(name, client=aws.as_boto3, now=lambda: NOW + 60, **options)  # type: ignore[arg-type]


def test_the_current_version_is_asked_for(aws: RecordingClient, store: Store) -> None:
    """A reading is one GetSecretValue of the connection's token secret, by its staging label."""
    _publish(store, "finance-prod", "access-token-1")
    aws.calls.clear()
    assert _read(aws, "finance-prod").token() == "access-token-1"
    asked = {"SecretId": "suitetoken/token/finance-prod", "VersionStage": "AWSCURRENT"}
    assert aws.calls == [("get_secret_value", asked)]


def test_a_new_version_is_read(aws: RecordingClient, store: Store) -> None:
    """After the broker's compare-and-swap the reader gets the new document."""
    _publish(store, "finance-prod", "access-token-1")
    reader = _read(aws, "finance-prod")
    old = reader.token()
    newer = TokenDocument(make_access_token(access_token="access-token-2", issued_at=NOW + 30)).to_json()
    store.update("token/finance-prod", lambda _: newer)
    reader.invalidate(old)
    assert reader.token() == "access-token-2"


def test_lesson_two_connections_never_cross(aws: RecordingClient, store: Store) -> None:
    """Lesson: readers of several connections, prefixes and accounts in one process each hold their own token."""
    other = Store(aws.as_boto3, "staging")
    _publish(store, "finance-prod", "access-token-1")
    _publish(store, "sales-prod", "access-token-2")
    _publish(other, "finance-prod", "access-token-3")
    readers = [
        _read(aws, "finance-prod"),
        _read(aws, "sales-prod"),
        _read(aws, "finance-prod", prefix="staging"),
    ]
    for _ in range(2):
        assert [reader.token() for reader in readers] == [f"access-token-{number}" for number in (1, 2, 3)]


def test_the_prefix_of_the_environment_is_used(
    aws: RecordingClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a prefix of its own a reader takes the one in SUITETOKEN_PREFIX."""
    _publish(Store(aws.as_boto3, "staging"), "finance-prod", "access-token-3")
    monkeypatch.setenv("SUITETOKEN_PREFIX", "staging")
    assert _read(aws, "finance-prod").token() == "access-token-3"


def test_a_secret_is_found_by_its_arn(aws: RecordingClient, store: Store) -> None:
    """A whole ARN opens the very secret, and errors and repr still speak of the connection."""
    _publish(store, "finance-prod", "access-token-1")
    arn = aws.client.describe_secret(SecretId="suitetoken/token/finance-prod")["ARN"]
    reader = _read(aws, arn)
    assert reader.token() == "access-token-1"
    assert reader.name == "finance-prod"


def test_an_arn_says_where_its_secret_is() -> None:
    """The region of an ARN is where the secret is read, whatever region the process is in."""
    name = parse_token_name(ARN, "suitetoken")
    assert (name.secret_id, name.connection, name.region) == (ARN, "finance-prod", "us-east-2")


def test_an_arn_is_read_in_its_own_region(aws: RecordingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of an ARN calls the region that the ARN names, not the one of the process."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    elsewhere = boto3.client("secretsmanager", region_name="us-east-2")
    document = TokenDocument(make_access_token(access_token="access-token-1")).to_json()
    arn = elsewhere.create_secret(Name="suitetoken/token/finance-prod", SecretString=document)["ARN"]
    assert TokenReader(arn, now=lambda: NOW).token() == "access-token-1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Finance Prod",
        "../connection/finance-prod",
        "arn:aws:secretsmanager:us-east-2:210987654321:secret:suitetoken/token/finance-prod",
        "arn:aws:secretsmanager:us-east-2:210987654321:secret:suitetoken/connection/finance-prod-AbC12f",
        "arn:aws:ssm:us-east-2:210987654321:parameter/token/finance-prod-AbC12f",
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    """A name that no connection has, or an ARN that is not a whole one of a token, is refused before any call."""
    with pytest.raises(InvalidInput):
        parse_token_name(text, "suitetoken")


def _refuse(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": CANARY}}, "GetSecretValue")


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (_refuse("AccessDeniedException"), AccessDenied),
        (_refuse("DecryptionFailure"), AccessDenied),
        (_refuse("ThrottlingException"), Unavailable),
        (_refuse("InternalServiceError"), Unavailable),
        (NoCredentialsError(), AccessDenied),
    ],
)
def test_errors_of_aws_become_ours(aws: RecordingClient, failure: Exception, kind: type[Exception]) -> None:
    """What AWS refuses comes out as our error, which names the secret and quotes nothing."""
    aws.fail("get_secret_value", failure)
    with pytest.raises(kind, match="suitetoken/token/finance-prod") as caught:
        _read(aws, "finance-prod").token()
    assert CANARY not in str(caught.value)


def test_a_missing_connection_is_not_found(aws: RecordingClient) -> None:
    """A connection that does not exist is NotFound, with what to check."""
    with pytest.raises(NotFound, match="check the name, the prefix, the region"):
        _read(aws, "finance-prod").token()


def test_a_secret_of_bytes_is_no_document(aws: RecordingClient) -> None:
    """A secret that holds bytes is an invalid document."""
    aws.client.create_secret(Name="suitetoken/token/finance-prod", SecretBinary=b"\x00")
    with pytest.raises(InvalidDocument):
        _read(aws, "finance-prod").token()


def test_lesson_fifty_hosts_times_twenty_tasks_cost_one_reading(
    aws: RecordingClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Lesson: 1,000 uses cost one reading, and neither repr nor any log line of ours shows the token."""
    caplog.set_level(logging.DEBUG, logger="suitetoken")
    _publish(store, "finance-prod", "access-token-canary")
    aws.calls.clear()
    reader = _read(aws, "finance-prod")
    assert "no token read" in repr(reader)
    assert [reader.token() for _ in range(50 * 20)] == ["access-token-canary"] * 1000
    assert len(aws.calls) == 1
    shown = f"{reader!r} {reader} {reader._keeper.state!r} {reader._keeper.window!r} {reader.current()!r} {caplog.text}"
    assert "2027-01-15 09:00:00 UTC" in repr(reader)
    assert "canary" not in shown


def test_lesson_a_reading_late_in_a_life_does_not_start_it_anew(aws: RecordingClient, store: Store) -> None:
    """Lesson: a token that was read five minutes before its end is not kept for longer than these five minutes."""
    _publish(store, "finance-prod", "access-token-1")
    moment = [NOW + LIFE - 300.0]
    reader = TokenReader("finance-prod", client=aws.as_boto3, now=lambda: moment[0])
    assert reader.token() == "access-token-1"
    newer = make_access_token(access_token="access-token-2", issued_at=NOW + LIFE, expires_at=NOW + 2 * LIFE)
    store.update("token/finance-prod", lambda _: TokenDocument(newer).to_json())
    moment[0] += 300
    assert reader.token() == "access-token-2"


def test_readers_share_a_client_where_they_want_the_same(aws: RecordingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers of one region and profile share a client; another region or other credentials get another one."""
    from suitetoken.reader.secrets_manager import _share_client

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "first")
    client = _share_client("eu-west-1", None)
    assert _share_client("eu-west-1", None) is client
    assert _share_client("eu-west-2", None) is not client
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "second")
    assert _share_client("eu-west-1", None) is not client


def test_a_client_is_made_when_it_is_needed(
    aws: RecordingClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a client a reader makes one of its own, for the region that it is given."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    _publish(store, "finance-prod", "access-token-1")
    assert TokenReader("finance-prod", region="eu-west-1", now=lambda: NOW).token() == "access-token-1"


def test_the_region_of_the_environment_is_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_REGION as everywhere else in AWS, though boto3 itself knows AWS_DEFAULT_REGION alone."""
    _publish(store, "finance-prod", "access-token-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert TokenReader("finance-prod", now=lambda: NOW).token() == "access-token-1"


def test_those_who_name_a_connection_alike_share_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same name in the same environment is the same reader; another name, prefix or account is another one."""
    readers = SharedReaders()
    first = readers.find("finance-prod")
    assert readers.find("finance-prod") is first
    assert readers.find("sales-prod") is not first
    monkeypatch.setenv("AWS_PROFILE", "other")
    assert readers.find("finance-prod") is not first


def test_shared_readers_do_not_grow_without_end() -> None:
    """Of very many shared readers the oldest are forgotten."""
    readers = SharedReaders()
    first = readers.find("connection-0")
    for number in range(1, 300):
        readers.find(f"connection-{number}")
    assert readers.find("connection-0") is not first
