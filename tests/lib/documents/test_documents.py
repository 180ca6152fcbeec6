"""The documents: they come back whole, keep what they do not know, and show no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import (
    DEFAULT_ROTATION_HOURS,
    NO_GRANT,
    OVERRIDES,
    REMOVE,
    REVOKE,
    AccessToken,
    Answer,
    Certificate,
    Certificates,
    Claim,
    Client,
    Connection,
    Grant,
    Problem,
    TokenDocument,
)
from suitetoken.netsuite.machine import ALGORITHMS, AUTHORIZATION_CODE, GRANT_TYPES
from suitetoken.netsuite.rules import parse_scope
from tests.samples.documents import CANARY, CERTIFICATE, CLIENT, CONNECTION, GRANT, KINDS, MACHINE, PROBLEM, TOKEN
from tests.samples.json_values import JSON

Document = Client | Connection | TokenDocument

SECONDS = st.integers(0, 4_000_000_000)
WORDS = st.text(min_size=1, max_size=30)
ACCOUNT_IDS = st.sampled_from(["1234567", "1234567_SB1", "TSTDRV1234567"])
SCOPES = st.sampled_from(["mcp", "restlets", "restlets rest_webservices suite_analytics"]).map(parse_scope)
MAYBE_IDS = st.none() | st.integers(-(10**17), 10**17).map(str)
OTHERS = st.dictionaries(st.text(max_size=10).map(lambda name: f"later_{name}"), JSON, max_size=3)
PROBLEMS = st.builds(Problem, WORDS, WORDS, SECONDS)
GRANTS = st.builds(
    Grant, WORDS, WORDS, SECONDS, SECONDS, ACCOUNT_IDS, WORDS, MAYBE_IDS, MAYBE_IDS, SCOPES, others=OTHERS
)
CERTIFICATES = st.builds(
    Certificate,
    st.sampled_from(["key/finance", "key/finance/2", "arn:aws:kms:eu-central-1:123456789012:key/mrk-1a2b"]),
    st.sampled_from(sorted(ALGORITHMS)),
    WORDS,
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    SECONDS,
    SECONDS,
    st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True),
    st.none() | SECONDS,
    st.none() | PROBLEMS,
    OTHERS,
)
MAYBE_CERTIFICATES = st.none() | CERTIFICATES
CLIENTS = st.builds(
    Client,
    ACCOUNT_IDS,
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.none() | st.from_regex(r"[!-~]{1,80}", fullmatch=True),
    st.dictionaries(st.sampled_from(OVERRIDES), st.just("https://proxy.example.com:8443/x"), max_size=5),
    OTHERS,
)
CONNECTIONS = st.builds(
    Connection,
    st.sampled_from(["prod", "sandbox-1"]),
    SCOPES,
    MAYBE_IDS,
    MAYBE_IDS,
    st.integers(1, 720),
    st.none() | GRANTS,
    st.lists(st.builds(Claim, WORDS, SECONDS, st.none() | WORDS), max_size=3).map(tuple),
    st.none() | st.builds(Answer, WORDS, SECONDS),
    st.none() | PROBLEMS,
    st.none() | SECONDS,
    st.sampled_from(GRANT_TYPES),
    st.builds(Certificates, MAYBE_CERTIFICATES, MAYBE_CERTIFICATES, MAYBE_CERTIFICATES, OTHERS),
    st.just("") | WORDS,
    st.none() | st.sampled_from([REVOKE, REMOVE]),
    OTHERS,
)
ACCESS_TOKENS = st.builds(
    AccessToken,
    st.from_regex(r"[ -~]{1,60}", fullmatch=True),
    SECONDS,
    SECONDS,
    SECONDS,
    SCOPES,
    ACCOUNT_IDS,
    MAYBE_IDS,
    MAYBE_IDS,
    WORDS,
    WORDS,
    WORDS,
    SECONDS,
)
TOKEN_DOCUMENTS = st.builds(TokenDocument, ACCESS_TOKENS, st.none() | PROBLEMS, OTHERS) | st.builds(
    TokenDocument, st.none(), PROBLEMS, OTHERS
)


@given(CLIENTS | CONNECTIONS | TOKEN_DOCUMENTS)
def test_documents_come_back_whole(document: Document) -> None:
    """What is written is what is read, unknown fields included."""
    assert type(document).from_json(document.to_json(), "suitetoken/x") == document


@given(OTHERS)
@pytest.mark.parametrize(("kind", "full"), KINDS)
def test_unknown_fields_are_kept(kind: Any, full: dict[str, Any], others: dict[str, Any]) -> None:
    """A document that is read and written again holds exactly what it held, fields of a later version included."""
    body = json.dumps({**full, **others})
    assert json.loads(kind.from_json(body, "x").to_json()) == json.loads(body)


def test_unknown_fields_of_a_grant_are_kept() -> None:
    """A grant keeps the fields of a later version too, since an older writer must not lose them."""
    full = {**CONNECTION, "grant": {**GRANT, "later": {"a": [None]}}}
    assert json.loads(Connection.from_json(json.dumps(full), "x").to_json()) == full


@pytest.mark.parametrize(("kind", "full"), KINDS)
def test_no_secret_in_a_repr(kind: Any, full: dict[str, Any]) -> None:
    """The repr of a document shows no client secret, token or raw answer, and nothing that it does not know."""
    secrets = ("secret-", "refresh-", "access-", "answer-", "later-")
    shown = repr(kind.from_json(json.dumps({**full, "later": f"later-{CANARY}"}), "x"))
    assert not any(word + CANARY in shown for word in secrets)


def test_public_client_is_one_without_a_secret() -> None:
    """A client is public when its document has no client_secret at all; an empty or null one is a mistake."""
    public = Client.from_json(json.dumps({"account_id": "1234567", "client_id": "abc"}), "x")
    assert public.is_public
    assert "client_secret" not in json.loads(public.to_json())
    assert not Client.from_json(json.dumps(CLIENT), "x").is_public


def test_account_ids_are_stored_in_one_form() -> None:
    """However an account id was written into a client document, it is one account."""
    written = {**CLIENT, "account_id": "1234567-sb1"}
    assert Client.from_json(json.dumps(written), "x").account_id == "1234567_SB1"


def test_endpoints_of_a_client() -> None:
    """A client's endpoints are its overrides, and NetSuite's own where it has none."""
    client = Client("1234567", "abc", overrides={"token_endpoint": "http://127.0.0.1:8080/token"})
    assert client.endpoints.token_endpoint == "http://127.0.0.1:8080/token"
    assert client.endpoints.rest_url == "https://1234567.suitetalk.api.netsuite.com"


def test_a_bare_connection() -> None:
    """A connection needs a client and scopes only; then it has no grant and NetSuite's own rotation limit."""
    connection = Connection.from_json('{"client": "prod", "scope": "restlets"}', "x")
    assert connection == Connection("prod", ("restlets",))
    assert (connection.grant_id, connection.rotation_hours) == (NO_GRANT, DEFAULT_ROTATION_HOURS)
    assert json.loads(connection.to_json()) == {"client": "prod", "scope": "restlets"}


def test_a_document_of_before_is_a_persons() -> None:
    """A connection written before there was a choice gets its tokens by a person's consent."""
    connection = Connection.from_json(json.dumps(CONNECTION), "x")
    assert (connection.grant_type, connection.is_machine) == (AUTHORIZATION_CODE, False)
    assert connection.certificates == Certificates()


def test_a_certificates_state_is_told_by_its_id() -> None:
    """A certificate is registered from the moment that NetSuite's id for it is known."""
    connection = Connection.from_json(json.dumps(MACHINE), "x")
    certificate, following = connection.certificates.current, connection.certificates.next
    assert connection.is_machine
    assert certificate is not None
    assert following is not None
    assert (certificate.state, following.state) == ("registered", "created")
    assert certificate.grant_id == CERTIFICATE["thumbprint"][:32]


def test_a_granted_connection_is_known_by_its_grant() -> None:
    """The id that links and states must carry is that of the grant."""
    assert Connection.from_json(json.dumps(CONNECTION), "x").grant_id == GRANT["id"]


def test_the_token_document_is_what_other_libraries_read() -> None:
    """The token document has token_type Bearer and whole epoch seconds, as OAuth libraries in any language expect."""
    written = json.loads(TokenDocument.from_json(json.dumps(TOKEN), "x").to_json())
    assert written == TOKEN
    assert isinstance(written["expires_at"], int)


def test_a_scope_of_tomorrow_is_readable() -> None:
    """A workload's older library reads a token document that names a scope it has never heard of."""
    document = TokenDocument.from_json(json.dumps({**TOKEN, "scope": "restlets a_new_one"}), "x")
    assert document.token
    assert document.token.scope == ("restlets", "a_new_one")


def test_a_problem_alone() -> None:
    """A connection that was never authorized has a token document with a problem and no token."""
    document = TokenDocument.from_json(json.dumps({"problem": PROBLEM}), "x")
    assert document.token is None
    assert document.problem == Problem(**PROBLEM)
    assert document.authorized_at == 0


def test_authorized_at_is_that_of_the_token() -> None:
    """When the token's grant was given decides whether another token may replace it."""
    assert TokenDocument.from_json(json.dumps(TOKEN), "x").authorized_at == TOKEN["authorized_at"]


UPDATES: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
    lambda full: {**full, "role": None, "entity": None},
    lambda full: {**full, "role": "", "entity": ""},
]


@pytest.mark.parametrize("update", UPDATES)
def test_no_pin(update: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """An absent, null or empty pin pins nothing."""
    connection = Connection.from_json(json.dumps(update(CONNECTION)), "x")
    assert (connection.role, connection.entity) == (None, None)
