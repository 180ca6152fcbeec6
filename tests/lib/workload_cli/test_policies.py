"""The policy of one reader opens its own secret and nothing else."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.aws.policies import UNKNOWN_PLACE, Place, make_reader_policy, parse_place
from suitetoken.errors import InvalidInput

IRELAND = Place("aws", "eu-west-1", "123456789012")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_policy_is_one_action_on_one_secret() -> None:
    """A reader may do one thing, with one secret."""
    assert make_reader_policy("suitetoken", "finance-prod", IRELAND) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadTheAccessToken",
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:suitetoken/token/finance-prod-??????",
            }
        ],
    }


def test_own_key_is_usable_for_this_secret_only() -> None:
    """A key of the customer's own decrypts this secret, through Secrets Manager, and nothing else."""
    read, decrypt = make_reader_policy("suitetoken", "finance-prod", IRELAND, KEY)["Statement"]
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", KEY)
    assert decrypt["Condition"] == {
        "StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:SecretARN": read["Resource"]},
    }


@pytest.mark.parametrize(
    ("region", "partition", "service"),
    [
        ("eu-west-1", "aws", "secretsmanager.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "secretsmanager.us-gov-west-1.amazonaws.com"),
        (
            "cn-north-1",
            "aws-cn",
            ["secretsmanager.cn-north-1.amazonaws.com", "secretsmanager.cn-north-1.amazonaws.com.cn"],
        ),
    ],
)
def test_partition_is_the_region_s(region: str, partition: str, service: str | list[str]) -> None:
    """ARNs name the partition that the region is in."""
    read, decrypt = make_reader_policy("p", "own", parse_place(region, "123456789012"), KEY)["Statement"]
    assert read["Resource"].split(":")[:4] == ["arn", partition, "secretsmanager", region]
    assert decrypt["Condition"]["StringEquals"]["kms:ViaService"] == service


NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,14}[a-z0-9]", fullmatch=True)


@given(own=NAMES, other=NAMES, suffix=st.from_regex(r"[A-Za-z0-9]{6}", fullmatch=True))
def test_no_other_connection_s_secret_matches(own: str, other: str, suffix: str) -> None:
    """Whatever another connection is called, the pattern does not cover its secret."""
    try:
        (statement,) = make_reader_policy("p", own, IRELAND)["Statement"]
        make_reader_policy("p", other, IRELAND)
    except InvalidInput:
        return
    arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:p/token/{other}-{suffix}"
    assert fnmatchcase(arn, statement["Resource"]) == (own == other)


@pytest.mark.parametrize("name", ["*", "own-*", "own-??????", "../client/acme", "own-abcdef", ""])
def test_no_name_widens_the_pattern(name: str) -> None:
    """What could cover more than one secret is refused."""
    with pytest.raises(InvalidInput):
        make_reader_policy("p", name, IRELAND)


def test_neither_prefix_nor_key_widens_it() -> None:
    """A wildcard is refused wherever it is tried."""
    with pytest.raises(InvalidInput):
        make_reader_policy("*", "own", IRELAND)
    with pytest.raises(InvalidInput):
        make_reader_policy("p", "own", IRELAND, "arn:aws:kms:eu-west-1:123456789012:key/*")
    with pytest.raises(InvalidInput):
        make_reader_policy("p", "own", IRELAND, "*")


@pytest.mark.parametrize(("region", "account_id"), [("*", "123456789012"), ("eu-west-1", "*"), ("eu-west-1", "12345")])
def test_place_is_checked(region: str, account_id: str) -> None:
    """A region or account that cannot be one is refused."""
    with pytest.raises(InvalidInput):
        parse_place(region, account_id)


def test_placeholders_are_no_policy() -> None:
    """Where nothing is known, words stand that nobody can take for a real value."""
    (statement,) = make_reader_policy("suitetoken", "own", UNKNOWN_PLACE)["Statement"]
    assert statement["Resource"] == "arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:suitetoken/token/own-??????"
