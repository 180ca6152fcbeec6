"""Invalid documents: refused under the field's name, and neither the error nor its traceback quotes a value."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import OVERRIDES, Client, Connection, TokenDocument
from suitetoken.errors import InvalidDocument
from tests.samples.documents import (
    CANARY,
    CERTIFICATE,
    CLIENT,
    CONNECTION,
    GRANT,
    KINDS,
    MACHINE,
    TOKEN,
    TOKEN_MAY_LACK,
)
from tests.samples.json_values import JSON


def _complaint(kind: Any, values: dict[str, Any]) -> str:
    """Return the text of the refusal, having seen that neither it nor its traceback quotes a value."""
    with pytest.raises(InvalidDocument) as caught:
        kind.from_json(json.dumps(values), "suitetoken/it")
    assert str(caught.value).startswith("suitetoken/it")
    report = "".join(traceback.format_exception_only(caught.value))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert CANARY not in report
    return str(caught.value)


NOT_TEXT = [5, 1.5, True, False, [CANARY], {CANARY: CANARY}]
NOT_SECONDS = [CANARY, "", "5", True, False, [CANARY], {}, float("nan"), float("inf"), float("-inf")]
NOT_AN_OBJECT = [CANARY, "", 5, 0, True, False, [CANARY], []]
NOT_OBJECTS = [CANARY, "", 5, 0, True, False, {}, {"id": CANARY}, [CANARY], [[]], [{"id": "a", "at": 1}, None]]
WRONG_KEYS: list[Any] = ["client/acme", "key/../client/acme", "arn:aws:kms:eu:1:alias/x", f"key/{CANARY}/0"]
TOKEN_NEEDS = sorted(set(TOKEN) - TOKEN_MAY_LACK)
GRANT_TEXTS = ["id", "refresh_token", "account_id", "client_id", "scope"]
FIELDS: list[tuple[Any, dict[str, Any], list[str], list[Any]]] = [
    (Client, CLIENT, list(CLIENT), NOT_TEXT),
    (Connection, CONNECTION, ["client", "scope", "role", "entity"], NOT_TEXT),
    (Connection, CONNECTION, ["rotation_hours", "reminded_at"], NOT_SECONDS),
    (Connection, CONNECTION, ["grant", "answer", "problem"], NOT_AN_OBJECT),
    (Connection, MACHINE, ["grant_type"], NOT_TEXT),
    (Connection, MACHINE, ["certificates"], NOT_AN_OBJECT),
    (Connection, CONNECTION, ["claims"], NOT_OBJECTS),
    (TokenDocument, TOKEN, ["expires_at", "issued_at", "refresh_at", "authorized_at"], NOT_SECONDS),
    (TokenDocument, TOKEN, ["problem"], NOT_AN_OBJECT),
    (
        TokenDocument,
        TOKEN,
        ["access_token", "scope", "account_id", "role", "entity", "rest_url", "restlet_url", "grant_id"],
        NOT_TEXT,
    ),
]
WRONG_TYPES = [(kind, full, name, wrong) for kind, full, names, wrongs in FIELDS for name in names for wrong in wrongs]


@pytest.mark.parametrize(("kind", "full", "name", "wrong"), WRONG_TYPES)
def test_wrong_types(kind: Any, full: dict[str, Any], name: str, wrong: Any) -> None:
    """A field of a wrong type makes the document invalid; the error names the field and no value."""
    assert name in _complaint(kind, {**full, name: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *((name, wrong) for name in ("expires_at", "authorized_at") for wrong in (*NOT_SECONDS, None)),
        *((name, wrong) for name in ("role", "entity") for wrong in NOT_TEXT),
        *((name, wrong) for name in GRANT_TEXTS for wrong in (*NOT_TEXT, None, "")),
    ],
)
def test_wrong_types_in_a_grant(name: str, wrong: Any) -> None:
    """A grant's fields are looked at just as closely, and all but role and entity must be there."""
    assert name in _complaint(Connection, {**CONNECTION, "grant": {**GRANT, name: wrong}})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *((name, wrong) for name in ("valid_from", "valid_until") for wrong in (*NOT_SECONDS, None)),
        *((name, wrong) for name in ("key", "algorithm", "pem", "thumbprint") for wrong in (*NOT_TEXT, None, "")),
        *((name, wrong) for name in ("certificate_id", "proved_at") for wrong in ([CANARY], {CANARY: 1}, True)),
        *(("key", wrong) for wrong in WRONG_KEYS),
        *(("algorithm", wrong) for wrong in ("RS256", "none", "HS256")),
        ("thumbprint", "c" * 63),
        ("certificate_id", f"with space {CANARY}"),
        ("problem", CANARY),
    ],
)
@pytest.mark.parametrize("place", ["current", "next", "old"])
def test_wrong_certificates(place: str, name: str, wrong: Any) -> None:
    """A certificate's fields are looked at just as closely, wherever it stands."""
    assert name in _complaint(Connection, {**MACHINE, "certificates": {place: {**CERTIFICATE, name: wrong}}})


@pytest.mark.parametrize(
    ("kind", "full", "name", "wrong"),
    [
        (Client, CLIENT, "account_id", f"1234567:{CANARY}"),
        (Client, CLIENT, "client_id", f"with space {CANARY}"),
        (Client, CLIENT, "client_secret", ""),
        (Client, CLIENT, "client_secret", None),
        (Client, CLIENT, "client_secret", f"with space {CANARY}"),
        *((Client, CLIENT, name, f"http://{CANARY}.example.com") for name in OVERRIDES),
        (Connection, CONNECTION, "client", f"../token/{CANARY}"),
        (Connection, CONNECTION, "scope", CANARY),
        (Connection, CONNECTION, "scope", "mcp restlets"),
        (Connection, CONNECTION, "scope", " "),
        (Connection, CONNECTION, "role", CANARY),
        (Connection, CONNECTION, "entity", CANARY),
        (Connection, CONNECTION, "grant", {**GRANT, "scope": CANARY}),
        (Connection, MACHINE, "grant_type", f"password {CANARY}"),
        (TokenDocument, TOKEN, "access_token", ""),
    ],
)
def test_wrong_forms(kind: Any, full: dict[str, Any], name: str, wrong: Any) -> None:
    """A value that is not of the form its field must have makes the document invalid, under the field's name."""
    assert name in _complaint(kind, {**full, name: wrong})


@pytest.mark.parametrize(
    ("kind", "full", "name"),
    [
        *((Client, CLIENT, name) for name in ("account_id", "client_id")),
        *((Connection, CONNECTION, name) for name in ("client", "scope")),
        *((TokenDocument, TOKEN, name) for name in TOKEN_NEEDS),
    ],
)
def test_missing_fields(kind: Any, full: dict[str, Any], name: str) -> None:
    """A field that must be there and is not, or is null, makes the document invalid, under the field's name."""
    assert name in _complaint(kind, {key: value for key, value in full.items() if key != name})
    assert name in _complaint(kind, {**full, name: None})


@pytest.mark.parametrize("kind", [Client, Connection, TokenDocument])
@pytest.mark.parametrize(
    "body",
    ["", CANARY, "null", "[]", f'"{CANARY}"', "5", '{"a": 1', '{"a": 1}}', "[" * 100_000, '{"a": ' + "1" * 5000 + "}"],
)
def test_what_is_no_json_object(kind: Any, body: str) -> None:
    """Half-written or foreign text is an invalid document, whatever it is, and is not quoted."""
    with pytest.raises(InvalidDocument) as caught:
        kind.from_json(body, "suitetoken/it")
    assert CANARY not in str(caught.value)


@given(st.dictionaries(st.sampled_from(sorted({*CLIENT, *CONNECTION, *TOKEN})), JSON))
def test_nothing_but_invalid_document(values: dict[str, Any]) -> None:
    """Any JSON object at all is either read, and then written again, or refused as an invalid document."""
    for kind, full in KINDS:
        try:
            document = kind.from_json(json.dumps({**full, **values}), "x")
        except InvalidDocument:
            continue
        assert kind.from_json(document.to_json(), "x") == document


@pytest.mark.parametrize("number", [2**53 - 1, 1e15, 1.5, 0, -1, 1 - 2**53])
def test_numbers_that_all_software_can_hold(number: float) -> None:
    """Any such number is read as seconds, also where no calendar has that time."""
    assert Connection.from_json(json.dumps({**CONNECTION, "reminded_at": number}), "x").reminded_at == int(number)


@pytest.mark.parametrize("number", [2**53, 10**400, 1e308, -(2**53), -(10**400)], ids=str)
@pytest.mark.parametrize(
    ("kind", "full", "name"), [(Connection, CONNECTION, "reminded_at"), (TokenDocument, TOKEN, "expires_at")]
)
def test_numbers_that_are_too_large(kind: Any, full: dict[str, Any], name: str, number: float) -> None:
    """Reckoning with them would fail somewhere else: in a reader, whose other threads would wait for ever."""
    assert name in _complaint(kind, {**full, name: number})


@pytest.mark.parametrize(
    ("kind", "full", "name"),
    [(TokenDocument, TOKEN, "access_token"), (TokenDocument, TOKEN, "role"), (Connection, CONNECTION, "link_series")],
)
def test_halves_of_characters(kind: Any, full: dict[str, Any], name: str) -> None:
    """JSON can hold what is no text and can be sent nowhere."""
    assert name in _complaint(kind, {**full, name: f"\ud800{CANARY}"})


def test_a_refresh_token_with_half_a_character() -> None:
    """The same inside a grant."""
    assert "refresh_token" in _complaint(Connection, {**CONNECTION, "grant": {**GRANT, "refresh_token": "\udfff"}})


@pytest.mark.parametrize("token", ["a\r\nX: y", "\x00", "é", "a\tb", "x" * 16_384])
def test_access_tokens_that_no_header_can_hold(token: str) -> None:
    """The broker takes none from NetSuite, so one that is stored has been damaged."""
    assert "access_token" in _complaint(TokenDocument, {**TOKEN, "access_token": f"{CANARY}{token}"})


@pytest.mark.parametrize("values", [{}, {"access_token": None}, {"problem": None}, {"expires_at": 5}])
def test_neither_token_nor_problem(values: dict[str, Any]) -> None:
    """A token document without a token must say what the problem is."""
    assert "neither" in _complaint(TokenDocument, values)
