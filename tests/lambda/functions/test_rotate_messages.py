"""Messages of the rotate function: revoke, what is none of ours, and documents that are damaged."""

from __future__ import annotations

import pytest

from suitetoken.aws.records import connection_secret, token_secret
from tests.worlds.steps import NAME, Road, count_calls


@pytest.mark.parametrize("body", ["", "{", "[]", '{"access_token": 5}', '{"something": "else"}'])
def test_a_damaged_token_document_is_made_again(road: Road, body: str) -> None:
    """All of it follows from the grant."""
    road.world.store.update(token_secret(NAME), lambda _: body or " ")
    road.world.rotate(NAME)
    assert road.serves_good_token


@pytest.mark.parametrize("body", ["{", "[]", '{"client": "finance"}', '{"client": "../x", "scope": "restlets"}'])
def test_a_damaged_connection_document_stops_at_a_clear_error(
    road: Road, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is sent, nothing is written over, and the log names the document."""
    road.world.store.update(connection_secret(NAME), lambda _: body)
    road.world.clock.advance(2401)
    sent = len(road.netsuite.requests)
    assert road.world.rotate(NAME) == {"batchItemFailures": []}
    assert len(road.netsuite.requests) == sent
    assert road.world.store.read(connection_secret(NAME)).body == body
    assert "suitetoken/connection/finance" in caplog.text


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "{}", '{"connection": "../x", "action": "rotate"}', '{"connection": "a"}', "[" * 60_000],
    ids=["empty", "half", "list", "no field", "no name", "no action", "deep"],
)
def test_a_message_that_is_none_of_ours_is_dropped(road: Road, body: str) -> None:
    """It would come back for ever otherwise; AWS is asked nothing about it."""
    calls = count_calls(road, "*")
    assert road.world.deliver(body) == {"batchItemFailures": []}
    assert calls == []


def test_a_connection_that_was_removed_meanwhile_is_let_go(road: Road) -> None:
    """No crash, no resurrection, nothing to deliver again."""
    road.world.rotate(NAME, action="remove")
    assert road.world.rotate(NAME) == {"batchItemFailures": []}
    assert not road.world.store.exists(connection_secret(NAME))


def test_revoking_tells_netsuite_and_then_forgets(road: Road) -> None:
    """No refresh token is left here or good there, and readers are told; twice is as good as once."""
    token = road.refresh_token
    road.world.rotate(NAME, action="revoke")
    road.world.rotate(NAME, action="revoke")
    assert road.netsuite.requests.count("revoke") == 1
    assert not road.netsuite.accepts(token)
    assert road.world.connection(NAME).grant is None
    assert road.world.token(NAME).token is None
    assert road.world.token(NAME).problem.code == "revoked"  # type: ignore[union-attr]


def test_a_crash_is_told_and_delivered_again(road: Road, caplog: pytest.LogCaptureFixture) -> None:
    """By kind and place, never by its text; nobody else would tell, for the function itself goes on."""
    road.world.clock.now = float("nan")
    failed = road.world.rotate(NAME)["batchItemFailures"]
    assert len(failed) == 1
    (told,) = [vars(record) for record in caplog.records if record.getMessage() == "unexpected error"]
    assert (told["kind"], ".py:" in told["where"]) == ("ValueError", True)
    assert "NaN" not in str(told)
