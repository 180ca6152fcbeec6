"""Reading token responses."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.tokens import NOW, SCOPE, make_access_jwt, make_answer, make_jwt
from token_broker.grants.answers import CAUTIOUS_LIFE_SECONDS, Identity, parse_answer, read_claims
from token_broker.netsuite.endpoint_errors import UnreadableAnswer

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("expires_in", ["3600", 3600, 3600.0, "3600.0"])
def test_expires_in_may_be_a_number_or_a_string(expires_in: object) -> None:
    """NetSuite's own pages show both; neither may cost a one-time token."""
    assert parse_answer(make_answer(expires_in=expires_in)).life == 3600


@pytest.mark.parametrize("token_type", ["bearer", "Bearer", "BEARER"])
def test_token_type_is_compared_in_any_case(token_type: str) -> None:
    """NetSuite's own pages show `bearer` and `Bearer`."""
    assert parse_answer(make_answer(token_type=token_type)).access_token == make_access_jwt()


@pytest.mark.parametrize("expires_in", [None, 0, -5, "soon", "", [], {}, True, 1e300, "1e3", 10**9])
def test_without_a_usable_expires_in_the_claims_tell_the_life(expires_in: object) -> None:
    """A token never counts as living for ever: `exp` and `iat` of the token itself are next."""
    assert parse_answer(make_answer(expires_in=expires_in)).life == 3600


def test_without_any_hint_the_life_is_taken_to_be_short() -> None:
    """An opaque token without expires_in is rotated soon rather than trusted."""
    assert parse_answer(make_answer(access_token="opaque", expires_in=None)).life == CAUTIOUS_LIFE_SECONDS


def test_the_life_does_not_depend_on_the_clocks_of_either_side() -> None:
    """Claims are used as differences, so NetSuite's clock may be off by hours."""
    jwt = make_access_jwt(iat=NOW - 90_000, exp=NOW - 86_400)
    assert parse_answer(make_answer(access_token=jwt, expires_in=None)).life == 3600


def test_a_confidential_refresh_brings_no_refresh_token() -> None:
    """The absence is told apart from an empty one, so that the old refresh token stays."""
    assert parse_answer(make_answer(refresh_token=None)).refresh_token is None


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_refresh_token_is_none(empty: str | None) -> None:
    """It can be presented to nobody, so the one before stays."""
    assert parse_answer(make_answer(refresh_token=empty)).refresh_token is None


@pytest.mark.parametrize("token_type", ["", None])
def test_a_missing_token_type_is_bearer(token_type: str | None) -> None:
    """NetSuite has no other; a type that is named and is another stays refused."""
    assert parse_answer(make_answer(token_type=token_type)).access_token == make_access_jwt()


def test_a_byte_order_mark_before_the_json_is_passed_over() -> None:
    """RFC 8259 section 8.1: a parser may ignore it."""
    assert parse_answer("\ufeff" + make_answer()) == parse_answer(make_answer())


def test_scope_and_identity_are_read_from_the_access_token() -> None:
    """NetSuite's responses hold no scope; the token itself does, with role, entity and account."""
    answer = parse_answer(make_answer())
    assert (answer.scope, answer.identity) == (SCOPE, Identity("1017", "12", "1234567_SB1"))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "<html>Bad gateway</html>",
        "null",
        "[]",
        '"text"',
        "{}",
        make_answer(access_token=None),
        make_answer(access_token=""),
        make_answer(access_token=7),
        make_answer(access_token="two words\n"),
        make_answer(refresh_token=["x"]),
        make_answer(token_type="mac"),
        "[" * 100_000,
    ],
)
def test_what_is_no_token_response_is_refused(raw: str) -> None:
    """HTML, nothing, wrong types and other token types are one clear error."""
    with pytest.raises(UnreadableAnswer):
        parse_answer(raw)


def test_the_error_shows_nothing_of_the_answer() -> None:
    """An answer that cannot be read may still hold a token."""
    with pytest.raises(UnreadableAnswer) as error:
        parse_answer(make_answer(token_type="canary-type", access_token="canary-token"))
    assert "canary" not in f"{error.value!r} {error.value}"


@given(_JSON)
def test_any_json_is_an_answer_or_that_one_error(value: object) -> None:
    """No other exception comes out, whatever NetSuite or something between sends."""
    try:
        parse_answer(json.dumps(value))
    except UnreadableAnswer:
        return
    pytest.fail("random JSON was taken for a token response")


@given(st.dictionaries(st.sampled_from(["sub", "aud", "scope", "iat", "exp"]), _JSON))
def test_any_claims_are_read_without_another_error(claims: dict[str, object]) -> None:
    """The claims are hints: whatever they hold, the token itself is kept."""
    jwt = make_jwt(**claims)
    answer = parse_answer(make_answer(access_token=jwt, expires_in=None))
    assert answer.access_token == jwt
    assert 0 < answer.life <= 86_400


@given(st.text())
def test_claims_of_what_is_no_jwt_are_empty(text: str) -> None:
    """Opaque tokens are welcome."""
    assert read_claims(text) == {} or "." in text


def test_a_token_never_shows_in_a_repr() -> None:
    """Answers may be logged by accident; the tokens in them may not."""
    assert make_access_jwt() not in repr(parse_answer(make_answer()))
