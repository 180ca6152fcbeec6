"""Revoking and removing as an operator sees them: what is asked, what NetSuite has not confirmed, the way back."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest

from suitetoken.aws.records import client_secret, connection_secret, read_client, read_connection, update_connection
from suitetoken.documents import REMOVE, REVOKE, Problem
from suitetoken.documents.problem import REVOCATION_UNCONFIRMED
from tests.samples.tokens import make_grant
from tests.terminals.operator import CANARY, Desk

UNCONFIRMED = Problem(REVOCATION_UNCONFIRMED, "NetSuite has not confirmed the revocation: it cannot be reached.", 0)


def let_broker_fail(desk: Desk, ending: str) -> None:
    """Let the broker have tried, and NetSuite not have answered."""
    update_connection(
        desk.store, "finance", lambda held: replace(held, grant=make_grant(), ending=ending, problem=UNCONFIRMED)
    )


def find_command(text: str) -> list[str]:
    """Return the arguments of the command that restores, as a person would copy it."""
    found = re.search(r": (suitetoken .*)$", text, re.MULTILINE)
    assert found is not None
    return shlex.split(found[1])[1:]


@pytest.mark.parametrize(
    ("ending", "command", "state"),
    [(REVOKE, ["revoke"], "being revoked"), (REMOVE, ["connection", "remove"], "being removed")],
)
def test_what_netsuite_has_not_confirmed_is_said_at_once(
    office: Desk, ending: str, command: list[str], state: str
) -> None:
    """No waiting for what will take longer; status says it too, and what to type."""
    let_broker_fail(office, ending)
    waited = office.type(*command, "finance", "--yes", "--wait", "--timeout", "60")
    assert (waited.code, "NetSuite has not confirmed" in waited.err) == (6, True)
    status = office.type("status", "finance", "--json")
    assert status.code == 6
    assert [status.json[0][field] for field in ("state", "next_step")] == [
        state,
        f"suitetoken {' '.join(command)} finance --wait",
    ]


@pytest.mark.parametrize("command", [["revoke"], ["connection", "remove"]])
def test_whoever_insists_is_told_what_goes_on_at_netsuite(office: Desk, command: list[str]) -> None:
    """And the broker is told to insist."""
    typed = office.type(*command, "finance", "--yes", "--force")
    assert (typed.code, "OAuth 2.0 Authorized Applications" in typed.err) == (0, True)
    assert '"force": true' in office.world.take_messages()[0]


@pytest.mark.parametrize(("ending", "command"), [(REVOKE, ["revoke"]), (REMOVE, ["connection", "remove"])])
def test_whoever_insists_waits_for_the_broker(office: Desk, ending: str, command: list[str]) -> None:
    """What NetSuite has not confirmed before is no answer to that."""
    let_broker_fail(office, ending)
    waited = office.type(*command, "finance", "--yes", "--force", "--wait", "--timeout", "0")
    assert (waited.code, "it may still do so" in waited.err) == (6, True)


@pytest.mark.parametrize(
    "settings", [[], ["--role", "1017", "--entity", "-5", "--rotation-hours", "720"], ["--scope", "suite_analytics"]]
)
def test_the_command_that_is_said_restores_a_connection_with_its_settings(office: Desk, settings: list[str]) -> None:
    """Nobody could read them any more."""
    base = ["connection", "add", "other", "--client", "acme", "--scope", "restlets"]
    assert office.type(*base, *settings).code == 0
    before = read_connection(office.store, "other").document
    removed = office.type("connection", "remove", "other", "--yes")
    for message in office.world.take_messages():
        office.world.deliver(message)
    assert not office.store.exists(connection_secret("other"))
    assert office.type(*find_command(removed.err)).code == 0
    assert replace(read_connection(office.store, "other").document, link_series=before.link_series) == before


@pytest.mark.parametrize("more", [["--client-secret-stdin"], ["--public", "--rest-url", "https://proxy.example"]])
def test_the_command_that_is_said_restores_a_client(office: Desk, more: list[str]) -> None:
    """Its secret is asked for, and never said."""
    add = ["client", "add", "spare", "--account-id", "1234567_SB1", "--client-id", "b" * 64]
    assert office.type(*add, *more, stdin=CANARY).code == 0
    before = read_client(office.store, "spare")
    removed = office.type("client", "remove", "spare")
    assert not office.store.exists(client_secret("spare"))
    assert CANARY not in removed.err
    assert office.type(*find_command(removed.err), stdin=CANARY).code == 0
    assert read_client(office.store, "spare") == before


def test_of_a_connection_without_a_person_netsuite_is_told_nothing(office: Desk) -> None:
    """Its certificate is revoked there by hand, which is said before."""
    add = ["connection", "add", "nightly", "--client", "acme", "--scope", "restlets"]
    assert office.type(*add, "--grant-type", "client_credentials").code == 0
    removed = office.type("connection", "remove", "nightly", "--yes")
    assert "revoke the certificate of nightly there" in removed.err
    assert "--grant-type client_credentials" in removed.err
