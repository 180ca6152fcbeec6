"""Secrets as a whole: created once, removed so that they can come back, and listed by kind."""

from __future__ import annotations

from typing import Any

import pytest

from suitetoken.aws.store import RECOVERY_DAYS, Store
from suitetoken.errors import AccessDenied, AlreadyExists, BeingDeleted, NotFound
from tests.readers.recording_client import RecordingClient

NAME = "connection/finance-prod"


def test_a_created_secret_holds_its_first_document(aws: RecordingClient, store: Store) -> None:
    """A new secret exists under the prefix with its document, its description and the prefix as its tag."""
    assert not store.exists(NAME)
    store.create(NAME, "{}", "what it is for")
    assert store.exists(NAME)
    assert store.read(NAME).body == "{}"
    described = aws.client.describe_secret(SecretId="suitetoken/connection/finance-prod")
    assert described["Description"] == "what it is for"
    assert described["Tags"] == [{"Key": "suitetoken", "Value": "suitetoken"}]


def test_an_existing_secret_is_not_created_again(store: Store) -> None:
    """Creating what exists is an error and leaves the document as it is."""
    store.create(NAME, '"first"', "")
    with pytest.raises(AlreadyExists, match="suitetoken/connection/finance-prod"):
        store.create(NAME, '"second"', "")
    assert store.read(NAME).body == '"first"'


def test_a_removed_secret_is_out_of_sight(store: Store) -> None:
    """A secret that was removed does not exist, cannot be read, and reading it says that it can still be restored."""
    store.create(NAME, "{}", "")
    store.delete(NAME)
    assert not store.exists(NAME)
    assert list(store.list_names("connection")) == []
    with pytest.raises(BeingDeleted):
        store.read(NAME)


def test_a_removed_secret_comes_back_with_the_new_document(store: Store) -> None:
    """Creating a secret that is scheduled for deletion restores it and puts the new document in the old one's place."""
    store.create(NAME, '"first"', "")
    store.delete(NAME)
    store.create(NAME, '"second"', "")
    assert store.exists(NAME)
    assert store.read(NAME).body == '"second"'
    with pytest.raises(AlreadyExists):
        store.create(NAME, '"third"', "")


def test_removing_leaves_time_to_restore(aws: RecordingClient, store: Store) -> None:
    """A secret is never deleted at once: it can be restored for as long as Secrets Manager allows."""
    store.create(NAME, "{}", "")
    store.delete(NAME)
    assert aws.arguments_of("delete_secret") == [
        {"SecretId": "suitetoken/connection/finance-prod", "RecoveryWindowInDays": RECOVERY_DAYS}
    ]


def test_removing_again_is_no_error(store: Store) -> None:
    """Removing what is removed already, or was never there, is done."""
    store.delete(NAME)
    store.create(NAME, "{}", "")
    store.delete(NAME)
    store.delete(NAME)
    assert not store.exists(NAME)


def test_names_are_listed_by_kind(aws: RecordingClient, store: Store) -> None:
    """Every name of a kind is listed, over all pages, and nothing of another kind, prefix or deployment."""
    names = {f"team-{number}x" for number in range(120)}
    for name in names:
        store.create(f"connection/{name}", "{}", "")
    for other in ("token/team-1x", "connections/else", "client/prod"):
        store.create(other, "{}", "")
    Store(aws.as_boto3, "suitetoken-test").create("connection/elsewhere", "{}", "")
    Store(aws.as_boto3, "other").create("suitetoken/connection/nested", "{}", "")
    assert set(store.list_names("connection")) == names
    assert list(store.list_names("client")) == ["prod"]
    listed = dict(store.list_current("client/", "connection/team-1x", "token/"))
    expected = ("client/prod", "connection/team-1x", "token/team-1x")
    assert listed == {name: store.read(name).id for name in expected}


def test_a_name_that_starts_otherwise_is_left_out(aws: RecordingClient, store: Store) -> None:
    """However the filter of Secrets Manager takes it: what is listed is ours."""
    store.create("client/prod", "{}", "")
    others = [{"Name": name} for name in ("elsewhere/suitetoken/client/prod", "SUITETOKEN/client/test")]

    def add(parsed: dict[str, Any], **_: object) -> None:
        parsed["SecretList"] += others

    aws.client.meta.events.register("after-call.secretsmanager.ListSecrets", add)
    try:
        listed = [name for name, _ in store.list_current("client/")]
        assert (list(store.list_names("client")), listed) == (["prod"], ["client/prod"])
    finally:
        aws.client.meta.events.unregister("after-call.secretsmanager.ListSecrets", add)


def test_a_refused_listing_is_our_error(aws: RecordingClient, store: Store) -> None:
    """Listing without permission is AccessDenied, as every other call is."""

    def refuse(**_: object) -> None:
        raise aws.client.exceptions.ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListSecrets")

    aws.client.meta.events.register("before-call.secretsmanager.ListSecrets", refuse)
    try:
        with pytest.raises(AccessDenied):
            list(store.list_names("client"))
    finally:
        aws.client.meta.events.unregister("before-call.secretsmanager.ListSecrets", refuse)


def test_a_whole_arn_stays_as_it_is(aws: RecordingClient, store: Store) -> None:
    """A secret may be named by its ARN, which takes no prefix: so a reader can be pointed anywhere."""
    store.create(NAME, "{}", "")
    arn = aws.client.describe_secret(SecretId="suitetoken/connection/finance-prod")["ARN"]
    assert store.secret_id(arn) == arn
    assert store.read(arn).body == "{}"


def test_prefixes_do_not_mix(aws: RecordingClient, store: Store) -> None:
    """A deployment under another prefix has its own secrets."""
    store.create(NAME, "{}", "")
    with pytest.raises(NotFound, match="other/connection/finance-prod"):
        Store(aws.as_boto3, "other").read(NAME)
