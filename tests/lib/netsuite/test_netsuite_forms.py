"""Scopes, names and ids: taken in one form, or refused with a next step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import (
    parse_account_id,
    parse_client_id,
    parse_client_secret,
    parse_internal_id,
    parse_name,
    parse_scope,
    parse_url,
)

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?", fullmatch=True)


@given(st.lists(st.sampled_from(["restlets", "rest_webservices", "suite_analytics"]), min_size=1))
def test_scopes_in_any_order(words: list[str]) -> None:
    """The same scopes in any order, any number of times, are the same scope."""
    scope = parse_scope(" ".join(words))
    assert set(scope) == set(words)
    assert scope == parse_scope(reversed(words)) == parse_scope(scope)
    assert len(scope) == len(set(scope))


@pytest.mark.parametrize(
    ("scope", "complaint"),
    [
        ("", "no scope"),
        ("   ", "no scope"),
        ("rest_webservices,restlets", "no scope 'rest_webservices,restlets'"),
        ("REST_WEBSERVICES", "no scope 'REST_WEBSERVICES'"),
        ("restlets suiteanalytics_connect", "no scope 'suiteanalytics_connect'"),
        ("mcp restlets", "can only be requested alone"),
    ],
)
def test_wrong_scopes(scope: str, complaint: str) -> None:
    """An empty, unknown, comma-separated or impossible scope is refused, and the error says which word is wrong."""
    with pytest.raises(InvalidInput, match=complaint):
        parse_scope(scope)


def test_mcp_alone() -> None:
    """The scope mcp may be asked for alone."""
    assert parse_scope("mcp") == ("mcp",)


@pytest.mark.parametrize("name", ["a", "7", "finance-prod", "finance_prod", "a" * 64, "x-12345", "x-1234567"])
def test_usable_names(name: str) -> None:
    """Lower-case letters, digits, hyphens and underscores make a name of up to 64 characters."""
    assert parse_name(name, "connection") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-a",
        "a-",
        "_a",
        "Finance",
        "a/b",
        "a b",
        "a\n",
        "a.b",
        "\u00e9",
        "\u0663",
        "a" * 65,
        "../token/other",
        "a*",
        "a?",
    ],
)
@pytest.mark.parametrize("kind", ["client", "connection"])
def test_unusable_names(name: str, kind: str) -> None:
    """A name that could mean another secret, or match several in a policy, is refused."""
    with pytest.raises(InvalidInput, match=f"the {kind} name"):
        parse_name(name, kind)


def test_names_like_the_suffix_of_an_arn() -> None:
    """A connection's name may not end like Secrets Manager's own ARN suffix; a client's may."""
    with pytest.raises(InvalidInput, match="six characters"):
        parse_name("finance-abc123", "connection")
    assert parse_name("finance-abc123", "client") == "finance-abc123"


@given(NAMES, st.from_regex(r"[a-z0-9]{6}", fullmatch=True))
def test_no_name_can_be_taken_for_another_secret(name: str, suffix: str) -> None:
    """No connection can be named like another's ARN with Secrets Manager's own suffix."""
    with pytest.raises(InvalidInput):
        parse_name(f"{name}-{suffix}", "connection")


@pytest.mark.parametrize("text", ["0", "3", "1000", "-5", "9" * 18])
def test_internal_ids(text: str) -> None:
    """An internal id is a whole number, which may be negative, kept as text."""
    assert parse_internal_id(text, "role") == text


@pytest.mark.parametrize("text", ["", "-", "+5", "1.0", "12a", "12\n", "\u0663", "9" * 19, "customrole_finance"])
def test_wrong_internal_ids(text: str) -> None:
    """What is no internal id is refused under the field's name."""
    with pytest.raises(InvalidInput, match="entity is not a NetSuite internal id"):
        parse_internal_id(text, "entity")


@pytest.mark.parametrize("text", ["", "a b", "a:b", "a\n", "\u00e9", "a" * 256, "\x00"])
def test_wrong_client_ids(text: str) -> None:
    """A client id that Basic authentication could not carry whole is refused and not repeated."""
    with pytest.raises(InvalidInput) as caught:
        parse_client_id(text)
    assert not text.strip() or f"{text}" not in caught.value.message.split()


@pytest.mark.parametrize(
    "text", ["canary-91 x", "canary-91\n", "canary-91\u00e9", "", "canary-91" * 40, "\x00canary-91"]
)
def test_wrong_client_secrets(text: str) -> None:
    """A client secret with a space, line end or foreign character is refused, and nothing of it is shown."""
    with pytest.raises(InvalidInput) as caught:
        parse_client_secret(text)
    assert "canary" not in str(caught.value)


def test_client_secrets_of_any_printable_characters() -> None:
    """A client secret may hold every printable ASCII character but the space."""
    text = "".join(map(chr, range(0x21, 0x7F)))
    assert parse_client_secret(text) == text


@given(st.text(max_size=30))
@pytest.mark.parametrize(
    "parse",
    [
        parse_account_id,
        parse_client_id,
        parse_client_secret,
        parse_scope,
        lambda text: parse_url(text, "rest_url"),
        lambda text: parse_name(text, "client"),
        lambda text: parse_internal_id(text, "role"),
    ],
)
def test_refusals_tell_what_to_do(parse: Callable[[str], object], text: str) -> None:
    """Any text at all is either taken or refused with InvalidInput and a next step; nothing else comes out."""
    refused: list[InvalidInput] = []
    try:
        parse(text)
    except InvalidInput as error:
        refused.append(error)
    assert all(error.next_step for error in refused)
