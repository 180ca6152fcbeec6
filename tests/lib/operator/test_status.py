"""`suitetoken status`: every state told by the documents, and how the command ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suitetoken.admin.status import State, judge, read_status
from suitetoken.documents import Connection, Problem, TokenDocument
from tests.samples.tokens import NOW, make_access_token, make_grant
from tests.terminals.operator import ADD_CONNECTION, Desk

CONNECTION = Connection("acme", ("restlets",), grant=make_grant())


@pytest.mark.parametrize(
    ("connection", "document", "later", "state"),
    [
        (CONNECTION, TokenDocument(make_access_token()), 60, State.HEALTHY),
        (CONNECTION, TokenDocument(make_access_token()), 2701, State.ROTATION_LATE),
        (CONNECTION, TokenDocument(make_access_token()), 3600, State.TOKEN_EXPIRED),
        (CONNECTION, None, 0, State.TOKEN_EXPIRED),
        (
            replace(CONNECTION, grant=make_grant(expires_at=NOW + 3600 * 71)),
            TokenDocument(make_access_token()),
            60,
            State.CONSENT_ENDING,
        ),
        (
            replace(CONNECTION, grant=None),
            TokenDocument(problem=Problem("not_authorized", "x", 0)),
            0,
            State.NOT_AUTHORIZED,
        ),
        (
            CONNECTION,
            TokenDocument(make_access_token(), Problem("invalid_grant", "x", 0)),
            60,
            State.AUTHORIZATION_REQUIRED,
        ),
        (CONNECTION, TokenDocument(problem=Problem("invalid_client", "x", 0)), 0, State.CLIENT_REFUSED),
    ],
)
def test_each_state_is_told_by_the_documents(
    connection: Connection, document: TokenDocument | None, later: int, state: State
) -> None:
    """And every state but a healthy one has a next step."""
    row = judge("finance", connection, "1234567", document, NOW + later)
    assert row.state is state
    assert bool(row.next_step) is (state is not State.HEALTHY)


def test_status_goes_on_past_a_damaged_document(office: Desk) -> None:
    """The row says so; a person's turn counts more than lateness."""
    office.type("connection", "add", "audit", *ADD_CONNECTION[3:])
    office.store.update("connection/audit", lambda _: "{")
    answer = office.type("status", "--json")
    states = {row["connection"]: row["state"] for row in answer.json}
    assert states == {"audit": "unreadable", "finance": "not authorized"}
    assert answer.code == 3
    assert office.type("status", "audit").code == 6
    assert read_status(office.store, "nobody", NOW).state is State.UNREADABLE


def test_status_of_a_connection_that_is_not_there_is_not_found(office: Desk) -> None:
    """A name that was typed wrong is no late rotation."""
    answer = office.type("status", "nobody")
    assert (answer.code, answer.out) == (4, "")


def test_status_is_a_table_for_people(office: Desk) -> None:
    """Names, states and next steps; no colour codes where stdout is no terminal."""
    out = office.type("status").out
    assert "finance" in out
    assert "not authorized" in out
    assert "suitetoken link finance" in out
    assert "\x1b" not in out


def test_an_empty_deployment_says_what_to_do(desk: Desk) -> None:
    """Nothing to list is no error."""
    assert desk.type("status").code == 0
    assert desk.type("connection", "list").code == 0
    assert "connection add" in desk.type("status").err
