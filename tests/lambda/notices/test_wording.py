"""What people are told by event and e-mail: in both languages, with what stops when, and each thing once."""

from __future__ import annotations

import pytest

from suitetoken.documents import Certificate
from tests.memory_aws.world import bus_of, told
from tests.samples.tokens import NOW, make_access_token, make_grant
from tests.worlds.steps import Road
from token_broker.languages.words import LANGUAGES, read_words
from token_broker.notices.wording import tell_authorized, tell_certificate_ending, tell_consent_ending, tell_trouble

DAY = 86_400
GRANT = make_grant(account_id="1234567_SB1", role="1017", entity="12", expires_at=NOW + 3 * DAY)


def test_consent_that_ends_is_told_with_account_time_and_what_stops() -> None:
    """The time in words with its zone; how to go on; in either language."""
    english, chinese = tell_consent_ending("finance", GRANT, NOW).values()
    for part in ("finance", "1234567_SB1", "in 3 days", "18 January 2027, 08:00 UTC", "no new access token"):
        assert part in english
    for part in ("finance", "1234567_SB1", "3 天后", "2027年1月18日 08:00（UTC）", "新的访问令牌"):
        assert part in chinese


def test_whoever_authorized_is_named_by_role_and_entity() -> None:
    """So that a wrong person's consent is noticed."""
    english, chinese = tell_authorized("finance", GRANT).values()
    assert "by user 12 with role 1017" in english
    assert "由用户 12 以角色 1017 授权" in chinese


@pytest.mark.parametrize(
    ("left", "english", "chinese"),
    [
        (1200, "until 15 January 2027, 08:20 UTC; then they stop", "2027年1月15日 08:20（UTC），之后就会停止"),
        (0, "no token that works any more", "已经没有可用的令牌"),
    ],
)
def test_trouble_says_until_when_programs_go_on(left: int, english: str, chinese: str) -> None:
    """They have a token for a while yet, or none."""
    token = make_access_token(expires_at=NOW + left)
    words = tell_trouble("finance", "1234567", "consent_ended", "The consent has ended.", token, NOW)
    assert english in words["message"]
    assert chinese in words["message_zh"]


def test_a_problem_without_words_of_its_own_is_told_in_english_and_named() -> None:
    """A detail of AWS or NetSuite is English; the Chinese line says where it stands."""
    words = tell_trouble("finance", None, "signing_failed", "KMS said no.", None, NOW)
    assert "KMS said no." in words["message"]
    assert "signing_failed" in words["message_zh"]


def test_a_certificate_that_ends_is_told_in_both_languages() -> None:
    """With the command that makes the next one."""
    certificate = Certificate(
        key="k",
        algorithm="ES256",
        pem="",
        thumbprint="t",
        valid_from=NOW - DAY,
        valid_until=NOW + 7 * DAY,
        certificate_id="c",
    )
    for message in tell_certificate_ending("finance", certificate, NOW).values():
        assert "suitetoken certificate rotate finance" in message
        assert "7 days" in message or "7 天" in message


def test_every_message_is_there_in_every_language() -> None:
    """The fields of an event: `message`, and one for each further language."""
    assert list(tell_authorized("finance", GRANT)) == ["message", *(f"message_{code}" for code in LANGUAGES[1:])]


def test_lengths_are_told_in_words() -> None:
    """People read days and hours, not seconds."""
    lengths = (3 * DAY, DAY, 5 * 3600, 3600, 120, 61, 5)
    assert [read_words("en").length(each) for each in lengths] == [
        *("3 days", "24 hours", "5 hours", "60 minutes", "2 minutes", "1 minute", "less than a minute")
    ]
    assert [read_words("zh").length(each) for each in lengths] == [
        *("3 天", "24 小时", "5 小时", "60 分钟", "2 分钟", "1 分钟", "不到 1 分钟")
    ]


def test_a_week_unattended_is_three_reminders_and_one_call_to_act(quick_confidential: Road) -> None:
    """At 72, 24 and 4 hours, each with a link that works; then once that a person must act."""
    quick_confidential.pass_time(8 * DAY, sweep=2400)
    reminders = told(quick_confidential.world, "Consent Ending")
    (call,) = told(quick_confidential.world, "Authorization Required")
    left = [each["message"].partition(" ends in ")[2].partition(",")[0] for each in reminders]
    assert left == ["3 days", "24 hours", "4 hours"]
    for each in (*reminders, call):
        assert {"message", "message_zh", "account_id", "link", "connection", "prefix"} <= each.keys()
    assert quick_confidential.world.get(call["link"].partition("example")[2]).status == 200


def test_after_the_person_acted_no_more_is_told_of_the_old_consent(quick_confidential: Road) -> None:
    """The first reminder was enough; the next is about the new consent, days later."""
    quick_confidential.pass_time(4 * DAY + 3600, sweep=2400)
    assert len(told(quick_confidential.world, "Consent Ending")) == 1
    assert quick_confidential.authorize().status == 200
    quick_confidential.pass_time(3 * DAY, sweep=2400)
    kinds = [each["DetailType"] for each in bus_of(quick_confidential.world).taken]
    assert [kind for kind in kinds if kind != "Token Rotated"] == [
        *("Connection Authorized", "Consent Ending", "Connection Authorized")
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_time_that_no_calendar_has_stays_a_number(code: str) -> None:
    """It can come from a damaged document only, and may not stop what the page or the event is for."""
    assert read_words(code).in_utc(1_800_000_000_000) == "1800000000000"
