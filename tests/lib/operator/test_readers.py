"""`connection update --reader`: readers by name, and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.admin.readers import parse_reader, read_readers
from suitetoken.errors import InvalidInput
from tests.terminals.operator import Desk
from tests.worlds.world import session

OWN = "arn:aws:iam::123456789012:role/nightly"
OTHER = "arn:aws:iam::111122223333:role/path/nightly"


def statements(desk: Desk) -> list[dict[str, Any]]:
    """Return what the policy of the token's secret says, as AWS has it."""
    found = session().client("secretsmanager").get_resource_policy(SecretId="suitetoken/token/finance")
    return list(json.loads(found.get("ResourcePolicy") or '{"Statement": []}')["Statement"])


def test_a_reader_is_let_in_for_one_action_on_one_secret(office: Desk) -> None:
    """By name; again changes nothing."""
    answer = office.type("connection", "update", "finance", "--reader", OWN)
    assert (answer.code, OWN in answer.err) == (0, True)
    (statement,) = statements(office)
    assert statement["Principal"] == {"AWS": [OWN]}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "secretsmanager:GetSecretValue")
    assert "nothing was changed" in office.type("connection", "update", "finance", "--reader", OWN).err
    assert office.type("connection", "show", "finance", "--json").json["readers"] == [OWN]


def test_a_reader_is_taken_away_and_statements_of_others_stay(office: Desk) -> None:
    """The last one leaves no statement of ours; without any the policy is gone."""
    secrets = session().client("secretsmanager")
    theirs = {"Sid": "Theirs", "Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    secrets.put_resource_policy(SecretId="suitetoken/token/finance", ResourcePolicy=document)
    office.type("connection", "update", "finance", "--reader", OWN)
    assert [each["Principal"]["AWS"] for each in statements(office)] == [OTHER, [OWN]]
    office.type("connection", "update", "finance", "--remove-reader", OWN)
    assert statements(office) == [theirs]
    assert read_readers(office.store, "finance") == ()


def test_a_dry_run_lets_nobody_in(office: Desk) -> None:
    """It says who would be."""
    answer = office.type("connection", "update", "finance", "--reader", OWN, "--dry-run")
    assert (answer.code, "Would let" in answer.err, statements(office)) == (0, True, [])


@pytest.mark.parametrize(
    "reader",
    [
        "*",
        "arn:aws:iam::111122223333:root",
        "111122223333",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::*:role/x",
        "arn:aws:sts::111122223333:assumed-role/x/y",
        "arn:aws:iam::111122223333:oidc-provider/x",
        "lambda.amazonaws.com",
        "",
    ],
)
def test_what_is_too_wide_is_refused(office: Desk, reader: str) -> None:
    """A whole account, everybody, a service, a pattern; nothing is written."""
    answer = office.type("connection", "update", "finance", "--reader", reader)
    assert (answer.code, statements(office)) == (2, [])


def test_readers_of_other_accounts_need_a_key_of_one_s_own(office: Desk) -> None:
    """AWS's own key cannot be used from there; the message says how to get one."""
    refused = office.type("connection", "update", "finance", "--reader", OTHER)
    assert (refused.code, "SECRETS_KEY=own" in refused.err, statements(office)) == (2, True, [])
    key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    session().client("ssm").put_parameter(Name="/suitetoken/secrets-key", Value=key, Type="String")
    assert office.type("connection", "update", "finance", "--reader", OTHER).code == 0


def test_readers_of_nothing_are_not_written(office: Desk) -> None:
    """An unknown connection is exit code 4."""
    assert office.type("connection", "update", "nobody", "--reader", OWN).code == 4


@given(st.text(max_size=80))
def test_no_text_becomes_a_pattern(text: str) -> None:
    """What is taken is one ARN, without a wildcard."""
    try:
        taken = parse_reader(f"arn:aws:iam::123456789012:role/{text}")
    except InvalidInput:
        return
    assert not set(taken) & set("*?${}")
