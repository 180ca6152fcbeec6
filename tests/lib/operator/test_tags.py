"""The deployment's tags are on what the command makes, beside the one that permissions go by."""

from __future__ import annotations

import boto3

from tests.terminals.machine_operator import NAME, MachineDesk
from tests.terminals.operator import Desk
from tests.worlds.world import REGION, session

WANTED = {"team": "finance", "cost-centre": "12", "empty": ""}


def keep_tags(words: str) -> None:
    """Do what the stack does with its parameter."""
    session().client("ssm").put_parameter(Name="/suitetoken/tags", Value=words, Type="String")


def tags_of(secret: str) -> dict[str, str]:
    """Return a secret's tags, as AWS has them."""
    found = session().client("secretsmanager").describe_secret(SecretId=secret)
    return {tag["Key"]: tag["Value"] for tag in found["Tags"]}


def test_every_secret_that_is_made_has_the_deployment_s_tags(desk: Desk) -> None:
    """Of the client and of both secrets of the connection."""
    keep_tags("team=finance cost-centre=12 empty=")
    desk.set_up()
    for secret in ("client/acme", "connection/finance", "token/finance"):
        assert tags_of(f"suitetoken/{secret}") == {**WANTED, "suitetoken": "suitetoken"}


def test_our_own_tag_cannot_be_taken_away(desk: Desk) -> None:
    """Permissions go by it."""
    keep_tags("suitetoken=other")
    desk.set_up()
    assert tags_of("suitetoken/client/acme") == {"suitetoken": "suitetoken"}


def test_a_deployment_without_tags_needs_no_parameter(office: Desk) -> None:
    """Our own tag alone is there."""
    assert tags_of("suitetoken/token/finance") == {"suitetoken": "suitetoken"}


def test_a_key_in_kms_has_them_too(machine_desk: MachineDesk) -> None:
    """Beside the connection's name."""
    keep_tags("team=finance")
    assert machine_desk.type("certificate", "create", NAME).code == 0
    kms = boto3.client("kms", region_name=REGION)
    key = kms.describe_key(KeyId=f"alias/suitetoken-{NAME}")["KeyMetadata"]["KeyId"]
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key)["Tags"]}
    assert tags == {"team": "finance", "suitetoken": "suitetoken", "connection": NAME}
