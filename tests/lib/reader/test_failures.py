"""When the store fails, or the document says that a person must act."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from suitetoken.errors import (
    AccessDenied,
    AuthorizationRequired,
    InvalidDocument,
    SuiteTokenError,
    TokenExpired,
    Unavailable,
)
from suitetoken.reader import SecretValue, TokenReader
from tests.readers.fake_secret import LIFE, PROBLEM, FakeSecret, Time, Workload, make_workload


def test_lesson_an_outage_is_not_noticed_before_the_token_ends(
    workload: Workload, time: Time, secret: FakeSecret
) -> None:
    """Lesson: while the store is down the last token is served until its end, and not a moment longer."""
    token = workload.ask()
    secret.go_down()
    for _ in range(0, LIFE - 60, 10):
        time.advance(10)
        assert workload.ask() == token
    time.advance(60)
    with pytest.raises(Unavailable):
        workload.ask()


def test_a_failing_store_is_left_alone_more_and_more(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Failed readings are repeated after growing pauses, up to a minute, and the pauses depend on chance."""
    workload.ask()
    secret.go_down()
    time.advance(LIFE / 2 + 360)
    begin = len(secret.reads)
    for _ in range(600):
        time.advance(1)
        workload.ask()
    reads = secret.reads[begin:]
    gaps = [later - earlier for earlier, later in pairwise(reads)]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 4
    assert 30 <= gaps[-1] <= 60


def test_the_end_of_an_outage_is_found_within_a_minute(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """After an outage of the store the new token is served a minute later at most."""
    workload.ask()
    time.advance(LIFE / 2 + 360)
    secret.go_down()
    for _ in range(60):
        time.advance(10)
        workload.ask()
    new = secret.rotate()
    secret.come_back()
    time.advance(60)
    workload.ask()
    assert workload.ask() == new


def test_with_no_token_a_failing_store_is_asked_again_soon(secret: FakeSecret, reader: TokenReader, time: Time) -> None:
    """A reader that has never had a token asks again after 10 seconds at most, and not for every call."""
    secret.go_down()
    for _ in range(100):
        with pytest.raises(Unavailable):
            reader.token()
    assert len(secret.reads) == 1
    time.advance(10)
    secret.come_back()
    assert reader.token()


def test_an_ended_token_is_asked_about_every_ten_seconds(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """While there is only an ended token the store is asked at most once in 10 seconds, however many calls come."""
    workload.ask()
    time.advance(LIFE)
    begin = len(secret.reads)
    for _ in range(100):
        time.advance(1)
        with pytest.raises(
            TokenExpired, match=r"finance-prod.*2027-01-15 09:00:00 UTC.*suitetoken status finance-prod"
        ):
            workload.ask()
    assert len(secret.reads) - begin == 10


def test_a_problem_does_not_end_a_good_token(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A token that is still good is served until its end although a person must act."""
    secret.complain()
    token = workload.ask()
    for _ in range(0, LIFE - 60, 30):
        time.advance(30)
        assert workload.ask() == token
    time.advance(60)
    with pytest.raises(AuthorizationRequired, match=r"finance-prod.*suitetoken link finance-prod"):
        workload.ask()


def test_a_problem_alone_says_what_to_do(secret: FakeSecret, reader: TokenReader, time: Time) -> None:
    """Where there is only a problem, every call names connection and next step, at one reading in 10 seconds."""
    secret.withdraw()
    for _ in range(100):
        time.advance(1)
        with pytest.raises(AuthorizationRequired) as caught:
            reader.token()
        assert caught.value.subject == "finance-prod"
        assert PROBLEM.message in str(caught.value)
    assert len(secret.reads) == 10


def test_a_withdrawn_token_is_served_no_more(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Once a document without a token is read, as after a revocation, the token before is not handed out again."""
    workload.ask()
    secret.withdraw()
    time.advance(LIFE / 2 + 360)
    workload.ask()
    with pytest.raises(AuthorizationRequired):
        workload.ask()


def test_authorizing_again_ends_the_problem(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """After somebody has authorized again, the new token is served 10 seconds later at most."""
    secret.withdraw()
    with pytest.raises(AuthorizationRequired):
        workload.ask()
    new = secret.rotate()
    time.advance(10)
    assert workload.ask() == new


@pytest.mark.parametrize(
    "damage",
    ["", "{}", "[]", '{"access_token": "canary-5c1d"}', "canary-5c1d"],
)
def test_a_damaged_document_is_a_failed_reading(damage: str) -> None:
    """A document that is none raises InvalidDocument without showing it, and takes the place of no good one."""
    workload = make_workload()
    good = workload.ask()
    workload.reader._keeper._read = lambda: SecretValue(damage)
    workload.time.advance(LIFE / 2 + 360)
    workload.ask()
    assert workload.ask() == good
    workload.time.advance(LIFE)
    with pytest.raises(InvalidDocument) as caught:
        workload.ask()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("field", ["expires_at", "refresh_at", "issued_at"])
@pytest.mark.parametrize("value", [None, "3600", "", True, float("nan"), float("inf"), []])
def test_lesson_no_end_never_means_no_end(field: str, value: object) -> None:
    """Lesson: a token without a usable end is not served: it is never taken for one that does not expire."""
    workload = make_workload()
    body = json.loads(workload.secret.document.to_json())
    body[field] = value
    reader = TokenReader("finance-prod", read=lambda: SecretValue(json.dumps(body)))
    with pytest.raises(InvalidDocument, match=field):
        reader.token()


@pytest.mark.parametrize(
    "dates",
    [
        {"expires_at": 0},
        {"expires_at": -1},
        {"issued_at": 0, "expires_at": 0, "refresh_at": 0},
        {"expires_at": 1_800_000_000 - 1},
    ],
)
def test_lesson_an_end_in_the_past_is_an_end(dates: dict[str, int], workload: Workload, secret: FakeSecret) -> None:
    """Lesson: a token whose end is zero, negative or past is not served."""
    secret.rotate(**dates)
    with pytest.raises(TokenExpired):
        workload.ask()


def test_lesson_an_end_beyond_reason_is_looked_at_every_hour(
    workload: Workload, time: Time, secret: FakeSecret
) -> None:
    """Lesson: a document whose dates lie (milliseconds for seconds) is still read again after an hour."""
    secret.rotate(expires_at=1_800_003_600_000, refresh_at=1_800_001_800_000)
    workload.ask()
    time.advance(3600)
    new = secret.rotate()
    workload.ask()
    assert workload.ask() == new


def test_an_error_that_is_not_ours_is_told_as_ours(reader: TokenReader, secret: FakeSecret) -> None:
    """Whatever `read` raises comes out as an error of suitetoken with it as the cause, and quotes nothing of it."""
    secret.outage = ValueError("canary-5c1d")
    with pytest.raises(SuiteTokenError, match=r"finance-prod.*ValueError") as caught:
        reader.token()
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is secret.outage


def test_an_error_keeps_its_kind(reader: TokenReader, secret: FakeSecret) -> None:
    """An error of the store reaches the caller as the same kind, with what it says and the next step."""
    secret.outage = AccessDenied("no.", subject="suitetoken/token/finance-prod", next_step="ask.")
    with pytest.raises(AccessDenied, match=r"suitetoken/token/finance-prod: no\. Next: ask\."):
        reader.token()


def test_an_older_document_does_not_replace_a_newer_one(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A store that answers with the version from before, as it may for a moment, does not take a newer token away."""
    workload.ask()
    older = secret.document
    time.advance(LIFE / 2)
    new = secret.rotate()
    time.advance(360)
    workload.ask()
    assert workload.ask() == new
    secret.document = older
    time.advance(LIFE / 2)
    workload.ask()
    assert workload.ask() == new
