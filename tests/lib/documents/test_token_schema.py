"""The schema of the token document is public: every document that is ever written fits it, and it refuses half ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from suitetoken.documents import Client, TokenDocument
from suitetoken.errors import InvalidDocument
from tests.samples.documents import TOKEN, TOKEN_MAY_LACK
from tests.samples.token_schema import find_faults, read_schema
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.worlds.steps import NAME, Road, make_road

Written = list[dict[str, Any]]
INVALID_GRANT = (400, '{"error":"invalid_grant"}')
INVALID_CLIENT = (401, '{"error":"invalid_client"}')


def _record_documents(road: Road) -> Written:
    """Return a list that grows by every token document that is put from now on."""
    written: Written = []

    def note(params: dict[str, Any], **_: Any) -> None:
        if "/token/" in params.get("SecretId", params.get("Name", "")):
            written.append(json.loads(params["SecretString"]))

    events = road.world.store._client.meta.events
    for operation in ("CreateSecret", "PutSecretValue", "UpdateSecret"):
        events.register(f"provide-client-params.secretsmanager.{operation}", note)
    return written


def _force(road: Road, seconds: int = 1200) -> None:
    road.world.clock.advance(seconds)
    road.world.rotate(NAME, force=True)


def _lose_grant(road: Road) -> None:
    road.netsuite.before = [INVALID_GRANT]
    _force(road)


def _lose_client(road: Road) -> None:
    road.netsuite.before = [INVALID_CLIENT]
    _force(road)


def _lose_answers(road: Road) -> None:
    for _ in range(3):
        road.netsuite.after = [requests.ReadTimeout("read")]
        _force(road)


def _outlive_consent(road: Road) -> None:
    _force(road, 8 * 86_400)


def _change_client(road: Road) -> None:
    other = json.dumps({**json.loads(road.client.to_json()), "client_id": "b" * 64})
    road.world.store.update(f"client/{NAME}", lambda _: other)
    _force(road)


def _revoke(road: Road) -> None:
    road.world.rotate(NAME, action="revoke")


def _authorize_again(road: Road) -> None:
    _lose_grant(road)
    road.authorize()


FLOWS: dict[Callable[[Road], None], set[str]] = {
    _lose_grant: {"invalid_grant"},
    _lose_client: {"invalid_client"},
    _lose_answers: set(),
    _outlive_consent: {"consent_ended"},
    _change_client: {"client_changed"},
    _revoke: {"revoked"},
    _authorize_again: {"invalid_grant"},
}


@pytest.mark.parametrize("client", [CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__.strip("_"))
def test_every_written_document_fits(flow: Callable[[Road], None], client: Client) -> None:
    """From the first consent over rotations to every way in which a connection ends."""
    with make_road(client) as road:
        written = _record_documents(road)
        road.world.add_connection("never-authorized", client)
        road.authorize()
        _force(road)
        flow(road)
    assert {document["problem"]["code"] for document in written if "problem" in document} >= FLOWS[flow]
    assert [fault for document in written for fault in find_faults(document)] == []


def test_every_kind_of_document_is_written() -> None:
    """The flows above write a problem alone, a token alone, and both."""
    with make_road(CONFIDENTIAL) as road:
        written = _record_documents(road)
        road.world.add_connection("never-authorized", CONFIDENTIAL)
        road.authorize()
        _lose_grant(road)
    kinds = [("access_token" in document, "problem" in document) for document in written]
    assert kinds == [(False, True), (True, False), (True, True)]


def test_the_schema_is_one() -> None:
    """It is itself valid, and describes exactly the fields of the document."""
    Draft202012Validator.check_schema(read_schema())
    assert read_schema()["properties"].keys() == TOKEN.keys()
    assert read_schema()["properties"]["problem"]["properties"].keys() == TOKEN["problem"].keys()


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_fields_of_later_versions_fit(others: dict[str, object]) -> None:
    """A field that nobody knows yet is no fault: readers of today must read documents of tomorrow."""
    assert find_faults({**others, **TOKEN}) == []


@pytest.mark.parametrize("name", sorted(TOKEN.keys() - TOKEN_MAY_LACK))
def test_a_token_needs_all_its_fields(name: str) -> None:
    """What the library refuses for a missing field, the schema refuses too."""
    document = {key: value for key, value in TOKEN.items() if key != name}
    assert find_faults(document) != []
    with pytest.raises(InvalidDocument):
        TokenDocument.from_json(json.dumps(document), "token")


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": "1790003600"},
        {"expires_at": None},
        {"token_type": "MAC"},
        {"rest_url": "http://1234567.suitetalk.api.netsuite.com/"},
        {"account_id": "1234567-sb1"},
        {"scope": ["restlets"]},
        {"problem": {"code": "invalid_grant"}},
        {"access_token": ""},
    ],
    ids=str,
)
def test_wrong_fields_do_not_fit(fields: dict[str, object]) -> None:
    """A time that is no number, an address without TLS, an account id in a host's form, half a problem."""
    assert find_faults({**TOKEN, **fields}) != []


def test_neither_token_nor_problem_does_not_fit() -> None:
    """An empty document says nothing."""
    assert find_faults({}) != []
