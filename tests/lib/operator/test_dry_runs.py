"""`--dry-run`: what a person reads of a change before it is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suitetoken.aws.records import update_connection
from tests.samples.tokens import make_grant
from tests.terminals.machine_operator import NAME, MachineDesk
from tests.terminals.operator import ADD_CONNECTION, CANARY, Desk


@pytest.fixture
def granted(office: Desk) -> Desk:
    """A desk whose connection has a grant."""
    update_connection(office.store, "finance", lambda connection: replace(connection, grant=make_grant()))
    return office


def test_a_change_of_a_client_is_shown_value_by_value(office: Desk) -> None:
    """As it is and as it would be, and nothing that stays as it is."""
    change = ("--account-id", "7654321", "--rest-url", "https://proxy.example")
    answer = office.type("client", "update", "acme", *change, "--dry-run")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "account_id  1234567_SB1 -> 7654321",
        "rest_url    (none) -> https://proxy.example",
    ]


def test_a_change_of_a_secret_shows_neither(granted: Desk) -> None:
    """Only that it is another one, and which connections would be rotated with it."""
    change = ("client", "update", "acme", "--client-secret-stdin", "--dry-run")
    answer = granted.type(*change, stdin="another-canary")
    assert answer.out == "client_secret  (the present one) -> (another one)\n"
    assert "rotation of finance" in answer.err
    assert "nothing was changed" in granted.type(*change, stdin=CANARY).err
    assert granted.world.take_messages() == []


def test_a_change_of_a_connection_is_shown_value_by_value(granted: Desk) -> None:
    """And that somebody would have to authorize it again, which nobody need do now."""
    answer = granted.type("connection", "update", "finance", "--scope", "restlets", "--role", "3", "--dry-run")
    assert answer.out.splitlines() == ["scope  restlets rest_webservices -> restlets", "role   (none) -> 3"]
    assert ("would have to authorize" in answer.err, "Next:" in answer.err) == (True, False)


@pytest.mark.parametrize(
    "command",
    [
        ["client", "add", "other", "--account-id", "1", "--client-id", "x", "--public"],
        ["client", "update", "acme", "--client-id", "x"],
        ["connection", "add", "more", *ADD_CONNECTION[3:]],
        ["connection", "update", "finance", "--role", "3"],
        ["connection", "update", "finance", "--reader", "arn:aws:iam::123456789012:role/nightly"],
        ["connection", "update", "finance", "--replica-region", "eu-west-3"],
        ["connection", "remove", "finance"],
    ],
    ids=" ".join,
)
def test_no_dry_run_shows_a_program_s_own_notation(office: Desk, command: list[str]) -> None:
    """No braces, brackets or quotes: people read it."""
    answer = office.type(*command, "--dry-run")
    assert answer.code == 0
    assert not set("{}[]'") & set(answer.out + answer.err)


def test_the_removal_of_a_damaged_connection_is_not_called_a_revocation(office: Desk) -> None:
    """Nobody can tell NetSuite which grant to revoke."""
    assert "Would revoke finance at NetSuite" in office.type("connection", "remove", "finance", "--dry-run").err
    office.store.update("connection/finance", lambda _: "{")
    said = office.type("connection", "remove", "finance", "--dry-run").err
    assert ("Would revoke" in said, "Would schedule" in said) == (False, True)


def test_the_removal_of_a_machine_is_not_called_a_revocation(machine_desk: MachineDesk) -> None:
    """NetSuite is told nothing of it, as the command says."""
    said = machine_desk.type("connection", "remove", NAME, "--dry-run").err
    assert ("Would revoke" in said, "Would schedule" in said) == (False, True)
