"""A new version over the documents of the one before: no token is lost, and nobody has anything to do by hand."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import jsonschema
import pytest

from suitetoken.admin.doctor import secrets as documents
from suitetoken.admin.doctor.finding import Mark
from tests.updates.states import BEFORE, open_state, read_state
from tests.worlds.steps import NAME, Road

KINDS = ("confidential", "public")
STATES = sorted(path.stem for path in BEFORE.glob("*-*.json") if path.stem.endswith(KINDS))
SCHEMAS = (BEFORE / "token-document.schema.json", BEFORE.parents[2] / "docs" / "token-document.schema.json")


def _look(road: Road, sweeps: int) -> int:
    good = 0
    for _ in range(sweeps):
        road.pass_time(300)
        good += road.serves_good_token
    return good


@pytest.mark.parametrize("kind", KINDS)
def test_readers_go_on_with_a_good_token(kind: str) -> None:
    """From the first moment on, for a day of sweeps; no problem, and no more requests than ever."""
    with open_state(f"authorized-{kind}") as road:
        assert road.serves_good_token
        assert _look(road, 288) == 288
        assert road.world.connection(NAME).problem is None
        assert road.netsuite.requests.count("refresh_token") <= 50


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_of_before_opens_and_leads_to_a_consent(kind: str) -> None:
    """It may have been sent yesterday."""
    state = read_state(f"authorized-{kind}")
    with open_state(f"authorized-{kind}") as road:
        assert road.world.get(state["link"]).status == 200
        leaving = road.world.post(state["link"])
        assert road.come_back(road.consent(leaving)).status == 200
        assert road.holds_newest_consent


@pytest.mark.parametrize("kind", KINDS)
def test_an_attempt_that_was_begun_before_ends_well_after(kind: str) -> None:
    """The person was at NetSuite while the new version went live."""
    with open_state(f"attempt-begun-{kind}") as road:
        page = road.world.get("/oauth/callback", urlencode(read_state(f"attempt-begun-{kind}")["parameters"]))
        assert road.world.get(page.location).status == 200
        assert road.serves_good_token


@pytest.mark.parametrize("state", ["exchange-saved-confidential", "exchange-saved-public", "answer-saved-public"])
def test_what_was_saved_and_not_used_is_used(state: str) -> None:
    """Nobody consents again, and nothing is asked of NetSuite that it has answered before."""
    with open_state(state) as road:
        assert road.netsuite.requests == []
        _look(road, 3)
        assert road.serves_good_token
        assert road.netsuite.requests == []
        assert _look(road, 48) == 48
        assert road.world.connection(NAME).problem is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_revocation_that_was_ordered_is_carried_out(kind: str) -> None:
    """NetSuite is told, readers have nothing, and no sweep brings anything back."""
    with open_state(f"revocation-under-way-{kind}") as road:
        road.pass_time(3600)
        assert road.world.token(NAME).token is None
        assert road.world.connection(NAME).grant is None
        assert all(not chain.valid for chain in road.netsuite.chains)


@pytest.mark.parametrize("state", STATES)
def test_doctor_finds_every_document_readable(state: str) -> None:
    """Before anything has been written anew."""
    with open_state(state) as road:
        seen = documents.read_secrets(road.world.store)
        assert [each for each in documents.judge_documents(seen) if each.mark is Mark.WRONG] == []
        assert seen.connections.names == {NAME}


@pytest.mark.parametrize("state", STATES)
def test_token_documents_are_right_by_both_schemas(state: str) -> None:
    """Those of before by today's, those written now by the one published before: fields are only added."""
    with open_state(state) as road:
        old = road.world.store.read(f"token/{NAME}").body
        road.pass_time(3600)
        new = road.world.store.read(f"token/{NAME}").body
    for schema in SCHEMAS:
        for body in (old, new):
            jsonschema.validate(json.loads(body), json.loads(schema.read_text(encoding="utf-8")))


def test_the_schema_only_grows() -> None:
    """No field that was published is gone, changed in its type, or no longer there for sure."""
    before, now = (json.loads(schema.read_text(encoding="utf-8")) for schema in SCHEMAS)
    assert set(before["properties"]) <= set(now["properties"])
    assert set(before.get("required", [])) <= set(now.get("required", []))
    for name, field in before["properties"].items():
        assert now["properties"][name].get("type") == field.get("type"), name
