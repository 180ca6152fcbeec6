"""`suitetoken connection`: the good ways and the bad ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suitetoken.aws.records import read_connection, read_token, token_secret, update_connection
from tests.samples.tokens import NOW, make_grant
from tests.terminals.operator import ADD_CONNECTION, Desk


def test_adding_a_connection_makes_its_token_document(office: Desk) -> None:
    """Readers learn at once that nobody has authorized it; again changes nothing."""
    before = office.secrets()
    again = office.type(*ADD_CONNECTION)
    problem = read_token(office.store, "finance").document.problem
    assert problem is not None
    assert problem.code == "not_authorized"
    assert (again.code, office.secrets()) == (0, before)


def test_a_crash_between_the_two_secrets_is_mended_by_adding_again(office: Desk) -> None:
    """The connection is there, its token document is not."""
    office.store.delete(token_secret("finance"))
    assert office.type(*ADD_CONNECTION).code == 0
    assert office.store.exists(token_secret("finance"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--client", "nobody"], 4),
        (["--scope", "rest_query"], 2),
        (["--scope", "mcp restlets"], 2),
        (["--role", "Administrator"], 2),
        (["--rotation-hours", "721"], 2),
        (["--rotation-hours", "0"], 2),
    ],
)
def test_malformed_connections_are_refused(desk: Desk, arguments: list[str], code: int) -> None:
    """Unknown client, unknown scope, mcp beside others, names for ids, limits out of range."""
    desk.set_up()
    answer = desk.type("connection", "add", "other", "--client", "acme", "--scope", "restlets", *arguments)
    assert answer.code == code or (arguments[0] == "--scope" and answer.code == 2)
    assert "connection/other" not in desk.secrets()


@pytest.mark.parametrize("name", ["Finance", "a b", "../x", "x-abc123", "", "a" * 65])
def test_malformed_names_are_refused(desk: Desk, name: str) -> None:
    """Among them a name that ends as Secrets Manager's own suffix does."""
    desk.set_up()
    assert desk.type("connection", "add", name, *ADD_CONNECTION[3:]).code == 2


def test_other_settings_need_an_update(office: Desk) -> None:
    """Adding never overwrites; updating keeps fields that it does not know."""
    update_connection(office.store, "finance", lambda connection: replace(connection, others={"team": "ledger"}))
    assert office.type("connection", "add", "finance", "--client", "acme", "--scope", "restlets").code == 2
    assert office.type("connection", "update", "finance", "--scope", "restlets", "--role", "1017").code == 0
    connection = read_connection(office.store, "finance").document
    assert (connection.scope, connection.role, connection.others) == (("restlets",), "1017", {"team": "ledger"})
    office.type("connection", "update", "finance", "--role", "")
    assert read_connection(office.store, "finance").document.role is None


def test_settings_that_the_grant_does_not_cover_ask_for_a_new_consent(office: Desk) -> None:
    """More scope, or another role, than was consented to."""
    update_connection(office.store, "finance", lambda connection: replace(connection, grant=make_grant()))
    assert "authorize again" in office.type("connection", "update", "finance", "--role", "3").err
    assert "authorize again" not in office.type("connection", "update", "finance", "--role", "1017").err


def test_an_update_that_changes_nothing_says_so(office: Desk) -> None:
    """Dry or not, and no version is written."""
    before = office.secrets()
    for flags in ([], ["--dry-run"]):
        assert "nothing was changed" in office.type("connection", "update", "finance", "--role", "", *flags).err
        assert "nothing was changed" in office.type("client", "update", "acme", *flags).err
    assert office.secrets() == before


def test_a_damaged_connection_can_be_removed_and_added_again(office: Desk) -> None:
    """As its error says; that NetSuite cannot be told is said."""
    office.store.update("connection/finance", lambda _: "{")
    assert "remove it first" in office.type("link", "finance").err
    assert "NetSuite cannot be told" in office.type("connection", "remove", "finance", "--yes").err
    for message in office.world.take_messages():
        office.world.deliver(message)
    assert office.type("connection", "show", "finance").code == 4
    assert office.type(*ADD_CONNECTION).code == 0
    assert read_connection(office.store, "finance").document.grant is None


def test_connections_are_shown_without_tokens(office: Desk) -> None:
    """The grant's facts, never the refresh token."""
    update_connection(office.store, "finance", lambda connection: replace(connection, grant=make_grant()))
    shown = office.type("connection", "show", "finance", "--json")
    assert shown.json["consent_ends_at"] == NOW + 604_800
    assert "canary" not in shown.out + office.type("connection", "show", "finance").out
    assert office.type("connection", "list", "--json").json == ["finance"]
