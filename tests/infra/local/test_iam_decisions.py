"""IAM's decisions as its User Guide describes them: nothing is allowed that no statement allows, and a denial wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.policies import Call, PolicyUnknown, allows, match_pattern, trusts

ARN = "arn:aws:sqs:us-east-1:123456789012:q"
SEND = Call("sqs:SendMessage", ARN, {"aws:sourceaccount": "123456789012"})
ALLOW = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ARN}


def decide(*statements: dict[str, Any], call: Call = SEND) -> bool:
    """Decide by one policy."""
    return allows([{"Version": "2012-10-17", "Statement": list(statements)}], call)


def test_silence_is_a_denial() -> None:
    """Without a policy, or with one about something else, nothing is allowed."""
    assert not allows([], SEND)
    assert not decide(ALLOW | {"Action": "sqs:ReceiveMessage"})
    assert not decide(ALLOW | {"Resource": ARN + "2"})
    assert decide(ALLOW)


def test_an_explicit_denial_wins() -> None:
    """However many statements allow it, in whatever order and policy, one that denies is the end of it."""
    deny = ALLOW | {"Effect": "Deny", "Resource": "*"}
    assert not decide(ALLOW, deny)
    assert not decide(deny, ALLOW)
    assert not allows([{"Statement": ALLOW}, {"Statement": deny}], SEND)


def test_a_boundary_takes_away_and_gives_nothing() -> None:
    """What policies and boundary both allow is allowed; neither is enough alone, and the boundary may deny."""
    within, beside = {"Statement": ALLOW}, {"Statement": ALLOW | {"Action": "sqs:ReceiveMessage"}}
    assert allows([within], SEND, within)
    assert not allows([within], SEND, beside)
    assert not allows([beside], SEND, within)
    assert not allows([within], SEND, {"Statement": [ALLOW, ALLOW | {"Effect": "Deny"}]})


def test_one_or_many() -> None:
    """Statements, actions and resources may stand alone or in a list; actions are the same in any case."""
    assert allows([{"Statement": ALLOW}], SEND)
    assert decide(ALLOW | {"Action": ["sqs:ReceiveMessage", "SQS:sendmessage"], "Resource": ["x", ARN]})


@pytest.mark.parametrize(
    ("condition", "is_allowed"),
    [
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"StringEquals": {"AWS:sourceaccount": ["1", "123456789012"]}}, True),
        ({"StringEquals": {"aws:SourceAccount": "1234567890*"}}, False),
        ({"StringLike": {"aws:SourceAccount": "1234567890??"}}, True),
        ({"ArnLike": {"aws:SourceArn": "*"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "123456789012", "aws:SourceArn": "x"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}, "ArnLike": {"aws:SourceArn": "x"}}, False),
    ],
)
def test_every_condition_must_hold(condition: dict[str, Any], is_allowed: bool) -> None:
    """Values of one key are alternatives, keys and operators are not; a key that the call does not have fails."""
    assert decide(ALLOW | {"Condition": condition}) is is_allowed


def test_a_condition_that_fails_denies_nothing_else() -> None:
    """A statement whose condition does not hold is as if it were not there: another one may still allow."""
    assert decide(ALLOW | {"Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}, ALLOW)


@pytest.mark.parametrize(
    "statement",
    [
        ALLOW | {"NotAction": "sqs:*"},
        ALLOW | {"NotResource": "x"},
        ALLOW | {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026"}}},
    ],
)
def test_what_cannot_be_decided_is_an_error(statement: dict[str, Any]) -> None:
    """An element or operator that is not known here is named, never guessed."""
    with pytest.raises(PolicyUnknown):
        decide(statement)


def test_a_service_is_trusted_by_name_and_condition() -> None:
    """A trust policy lets the service in that it names, on behalf of the account that it names."""
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ]
    }
    own, other = (Call("sts:AssumeRole", "role", {"aws:sourceaccount": account}) for account in ("123456789012", "9"))
    assert trusts(policy, "lambda.amazonaws.com", own)
    assert not trusts(policy, "lambda.amazonaws.com", other)
    assert not trusts(policy, "ec2.amazonaws.com", own)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_pattern_is_text_with_gaps(start: str, gap: str, end: str) -> None:
    """`*` stands for any text, `?` for one character, and everything else for itself."""
    literal = [part.replace("*", "").replace("?", "") for part in (start, end)]
    assert match_pattern("*".join(literal), gap.join(literal))
    assert match_pattern("?" * len(gap), gap)
    assert not match_pattern("?" * (len(gap) + 1), gap)
