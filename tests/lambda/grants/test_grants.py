"""From a token response to a grant and an access token."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import Answer, Client
from tests.samples.tokens import (
    CONFIDENTIAL,
    NOW,
    PUBLIC,
    SCOPE,
    make_access_jwt,
    make_answer,
    make_connection,
    make_grant,
    make_jwt,
)
from token_broker.grants.access_tokens import make_access_token
from token_broker.grants.answers import parse_answer
from token_broker.grants.grants import accept_grant, find_consent_end, renew_grant, settle
from token_broker.grants.mismatches import (
    Callback,
    GrantMismatch,
    NoRefreshToken,
    ScopeMissing,
    WrongAccount,
    WrongRole,
    WrongRoleAndUser,
    WrongUser,
    refuse_other_account,
)
from token_broker.netsuite.endpoint_errors import UnreadableAnswer

CALLBACK = Callback("1017", "12", "1234567_SB1")
HOUR = 3600


def test_a_confidential_grant_ends_when_its_refresh_token_does() -> None:
    """The refresh token's own exp is believed, not a number of days."""
    token = make_jwt(iat=NOW, exp=NOW + 5 * 86_400, oit=NOW)
    assert find_consent_end(CONFIDENTIAL, make_connection(), token, NOW) == NOW + 5 * 86_400


def test_an_opaque_confidential_refresh_token_lasts_seven_days() -> None:
    """Where nothing can be read, Oracle's documented life is taken."""
    assert find_consent_end(CONFIDENTIAL, make_connection(), "opaque", NOW) == NOW + 7 * 86_400


def test_a_public_grant_ends_at_the_rotation_limit_of_its_chain() -> None:
    """The sliding exp of each one-time token says nothing about the person's consent."""
    token = make_jwt(iat=NOW, exp=NOW + 48 * HOUR, oit=NOW - 100 * HOUR)
    assert find_consent_end(PUBLIC, make_connection(rotation_hours=168), token, NOW) == NOW + 68 * HOUR


def test_oit_may_be_the_age_of_the_chain_instead_of_an_epoch() -> None:
    """Oracle describes it as seconds since the first token, and prints an epoch: both are understood."""
    token = make_jwt(iat=NOW, exp=NOW + 48 * HOUR, oit=100 * HOUR)
    assert find_consent_end(PUBLIC, make_connection(), token, NOW) == NOW + 68 * HOUR


@pytest.mark.parametrize("client", [CONFIDENTIAL, PUBLIC])
@pytest.mark.parametrize("far", [10**11, 10**400, -(10**400)], ids=["far", "too far", "too long ago"])
@pytest.mark.parametrize("claim", ["iat", "exp", "oit"])
def test_consent_ends_within_the_calendar_whatever_the_claims_say(client: Client, claim: str, far: int) -> None:
    """A time that no calendar has could be neither told to people nor written down again."""
    token = make_jwt(**{"iat": NOW, "exp": NOW + 48 * HOUR, "oit": NOW, claim: far})
    assert abs(find_consent_end(client, make_connection(), token, NOW) - NOW) < 11 * 366 * 24 * HOUR


@given(st.integers(-10 * HOUR, 10 * HOUR))
def test_consent_end_does_not_depend_on_netsuites_clock(skew: int) -> None:
    """Only differences between claims are used."""
    there = NOW + skew
    confidential = make_jwt(iat=there, exp=there + 604_800, oit=there)
    public = make_jwt(iat=there, exp=there + 48 * HOUR, oit=there - HOUR)
    assert find_consent_end(CONFIDENTIAL, make_connection(), confidential, NOW) == NOW + 604_800
    assert find_consent_end(PUBLIC, make_connection(), public, NOW) == NOW + 167 * HOUR


def test_a_refresh_answer_without_refresh_token_keeps_the_old_one() -> None:
    """A confidential client's refresh token is used again and again."""
    grant = make_grant()
    answer = parse_answer(make_answer(refresh_token=None))
    assert renew_grant(grant, answer, CONFIDENTIAL, make_connection(), NOW + HOUR) == grant


def test_a_refresh_answer_with_a_refresh_token_replaces_the_old_one() -> None:
    """A public client's is good once only."""
    renewed = renew_grant(make_grant(), parse_answer(make_answer()), PUBLIC, make_connection(), NOW)
    assert renewed.refresh_token == parse_answer(make_answer()).refresh_token
    assert renewed.id == make_grant().id


def test_settling_folds_a_saved_answer_into_the_grant() -> None:
    """After a crash the refresh token that counts is the one in the answer as it came."""
    connection = make_connection(grant=make_grant(), answer=Answer(make_answer(), NOW))
    settled = settle(connection, PUBLIC)
    assert settled.answer is None
    assert settled.grant is not None
    assert settled.grant.refresh_token == parse_answer(make_answer()).refresh_token
    assert settle(settled, PUBLIC) == settled


def test_settling_refuses_an_answer_that_is_none() -> None:
    """What cannot be read is never mistaken for an unchanged grant."""
    with pytest.raises(UnreadableAnswer):
        settle(make_connection(grant=make_grant(), answer=Answer("<html>", NOW)), PUBLIC)


def test_an_access_token_ends_no_later_than_netsuite_says() -> None:
    """Its life counts from when the request was sent, not from when the answer arrived."""
    token = make_access_token("finance", parse_answer(make_answer()), make_grant(), CONFIDENTIAL, NOW)
    assert (token.issued_at, token.expires_at) == (NOW, NOW + HOUR)
    assert token.rest_url == "https://1234567-sb1.suitetalk.api.netsuite.com"


def test_a_grant_for_what_was_asked_is_accepted() -> None:
    """It carries who gave it, for which client, and until when."""
    grant = accept_grant("id", make_connection(), CONFIDENTIAL, CALLBACK, parse_answer(make_answer()), NOW)
    assert (grant.role, grant.entity, grant.account_id, grant.scope) == ("1017", "12", "1234567_SB1", SCOPE)
    assert grant.expires_at == NOW + 604_800


@pytest.mark.parametrize("company", ["7654321", "1234567", "1234567_SB2", "", "1234567_SB1.evil.example", "x" * 500])
def test_a_consent_in_another_account_is_refused(company: str) -> None:
    """However the callback writes it, only the client's own account counts."""
    with pytest.raises(WrongAccount):
        refuse_other_account(CONFIDENTIAL, company)


@pytest.mark.parametrize("company", ["1234567_SB1", "1234567-sb1", "1234567_sb1"])
def test_the_clients_account_is_known_in_each_of_its_forms(company: str) -> None:
    """Raw form, host form, lower case."""
    refuse_other_account(CONFIDENTIAL, company)


def test_a_server_put_in_netsuites_place_need_not_name_an_account() -> None:
    """Only where the operator replaced the authorization endpoint may `company` be missing."""
    other = Client("1234567", "id", "secret", {"authorization_endpoint": "http://127.0.0.1:1/authorize"})
    refuse_other_account(other, "")


def test_the_token_outranks_the_query_string() -> None:
    """Anybody can write `company`, `role` and `entity` into an address; nobody can write them into the token."""
    other_account = make_answer(access_token=make_access_jwt(aud=["APP;7654321", "a" * 64]))
    other_role = make_answer(access_token=make_access_jwt(sub="3;12"))
    with pytest.raises(WrongAccount):
        accept_grant("id", make_connection(), CONFIDENTIAL, CALLBACK, parse_answer(other_account), NOW)
    with pytest.raises(WrongRole):
        accept_grant("id", make_connection(role="1017"), CONFIDENTIAL, CALLBACK, parse_answer(other_role), NOW)


@pytest.mark.parametrize(
    ("pins", "kind"),
    [
        ({"role": "1000"}, WrongRole),
        ({"role": "1000", "entity": "12"}, WrongRole),
        ({"entity": "13"}, WrongUser),
        ({"role": "1017", "entity": "13"}, WrongUser),
        ({"role": "1000", "entity": "13"}, WrongRoleAndUser),
    ],
)
def test_another_role_or_entity_than_pinned_is_refused(pins: dict[str, str], kind: type[GrantMismatch]) -> None:
    """Consent by somebody else never becomes the connection's grant; what was wanted and what came is told."""
    with pytest.raises(kind) as refused:
        accept_grant("id", make_connection(**pins), CONFIDENTIAL, CALLBACK, parse_answer(make_answer()), NOW)
    came = {"role": "1017", "entity": "12"}
    assert type(refused.value) is kind
    wanted = {f"{field}_wanted": pin for field, pin in pins.items()}
    assert refused.value.facts == wanted | {f"{field}_given": came[field] for field in pins}


@pytest.mark.parametrize("given", ["", "x", "<b>1</b>", "1" * 500])
def test_an_id_that_is_none_is_not_shown(given: str) -> None:
    """Role and entity of an opaque token come from the address, where anybody may write anything."""
    answer = parse_answer(make_answer(access_token="opaque"))
    with pytest.raises(WrongRole) as refused:
        accept_grant("id", make_connection(role="3"), CONFIDENTIAL, replace(CALLBACK, role=given), answer, NOW)
    assert refused.value.facts == {"role_wanted": "3"}


def test_both_accounts_are_told() -> None:
    """The one that is wanted, and the one that came where it is one."""
    for company, facts in (("7654321", {"account_given": "7654321"}), ("", {}), ("<b>", {})):
        with pytest.raises(WrongAccount) as refused:
            refuse_other_account(CONFIDENTIAL, company)
        assert refused.value.facts == {"account_wanted": CONFIDENTIAL.account_id, **facts}


def test_less_scope_than_asked_is_refused() -> None:
    """The connection would fail later, at a workload, where nobody knows why."""
    answer = parse_answer(make_answer(access_token=make_access_jwt(scope=["restlets"])))
    with pytest.raises(ScopeMissing):
        accept_grant("id", make_connection(), CONFIDENTIAL, CALLBACK, answer, NOW)


def test_a_grant_without_refresh_token_is_refused() -> None:
    """It would be over within the hour."""
    answer = parse_answer(make_answer(refresh_token=None))
    with pytest.raises(NoRefreshToken):
        accept_grant("id", make_connection(), CONFIDENTIAL, CALLBACK, answer, NOW)


def test_an_opaque_token_is_taken_at_the_callbacks_word() -> None:
    """Where the token says nothing of itself, role and entity of the callback are recorded."""
    answer = parse_answer(make_answer(access_token="opaque"))
    grant = accept_grant("id", make_connection(), CONFIDENTIAL, CALLBACK, answer, NOW)
    assert (grant.role, grant.entity, grant.scope) == ("1017", "12", SCOPE)
