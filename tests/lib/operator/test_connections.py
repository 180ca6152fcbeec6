"""`suitetoken connection`, `link`, `rotate`, `revoke`, `key`: the good ways and the bad ones."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operator_desk import ADD_CONNECTION, Desk
from suitetoken.admin.hosted_links import LONGEST_SECONDS, SHORTEST_SECONDS, parse_duration
from suitetoken.admin.status import State, judge, read_status
from suitetoken.documents import Connection, Problem, TokenDocument
from suitetoken.errors import InvalidInput
from suitetoken.keys import LINK_KEY
from suitetoken.links import verify_link
from suitetoken.records import read_connection, read_token, token_secret, update_connection
from token_samples import NOW, make_access_token, make_grant
from world import ORIGIN


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with a client and a connection."""
    desk.set_up()
    return desk


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


def test_a_link_is_signed_for_the_present_grant(office: Desk) -> None:
    """Stdout is the link alone; it names who asked, and dies with the grant it was made against."""
    answer = office.type("link", "finance", "--expires-in", "2h")
    assert answer.code == 0
    address = answer.out.strip()
    assert address.startswith(f"{ORIGIN}/authorize/")
    key = office.store.read(LINK_KEY)
    ring = office.world.broker.link_keys
    link = verify_link(address.removeprefix(f"{ORIGIN}/authorize/"), ring.find, 0)
    assert (link.connection, link.grant_id, bool(link.asked_by), key.body in answer.out) == (
        "finance",
        "none",
        True,
        False,
    )
    assert office.type("link", "finance", "--json").json["connection"] == "finance"


@pytest.mark.parametrize("length", ["0h", "31d", "59s", "1w", "h", "-1h", "1.5h", "999999999999d", ""])
def test_a_link_lives_a_minute_to_thirty_days(office: Desk, length: str) -> None:
    """Anything else is refused with an example."""
    answer = office.type("link", "finance", "--expires-in", length)
    assert (answer.code, answer.out) == (2, "")


@given(st.text(max_size=12))
def test_any_length_is_understood_or_refused(text: str) -> None:
    """Nothing in between."""
    try:
        seconds = parse_duration(text)
    except InvalidInput:
        return
    assert SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS


def test_without_a_deployment_the_command_says_so(office: Desk) -> None:
    """Another prefix, region or profile: exit code 4 and what to do."""
    answer = office.type("link", "finance", "--prefix", "elsewhere")
    assert answer.code == 4
    assert office.type("link", "nobody").code == 4


def test_orders_go_to_the_connections_own_group(office: Desk) -> None:
    """One message each, as the rotate function reads it."""
    assert office.type("rotate", "finance").code == 0
    assert office.type("rotate", "finance", "--force").code == 0
    assert office.type("revoke", "finance", "--yes").code == 0
    assert office.type("connection", "remove", "finance", "--yes").code == 0
    queue = office.world.take_messages()
    assert [json.loads(message)["action"] for message in queue] == ["rotate", "rotate", "revoke", "remove"]
    assert json.loads(queue[0]) == {"connection": "finance", "action": "rotate", "requested": True}


@pytest.mark.parametrize("command", [["rotate"], ["revoke", "--yes"], ["connection", "remove", "--yes"]])
def test_orders_for_nothing_are_not_sent(office: Desk, command: list[str]) -> None:
    """An unknown connection is exit code 4, and the queue stays empty."""
    assert office.type(*command, "nobody").code == 4
    assert office.world.take_messages() == []


def test_what_cannot_be_undone_is_asked_for(office: Desk) -> None:
    """Without a yes nothing is sent; standard input that ends is a no."""
    for command in (["revoke", "finance"], ["connection", "remove", "finance"]):
        assert office.type(*command, stdin="n\n").code == 130
    assert office.world.take_messages() == []


def test_replacing_a_key_twice_kills_what_it_signed(office: Desk) -> None:
    """Once is routine and kills no link."""
    path = office.type("link", "finance").out.strip().removeprefix(ORIGIN)
    assert office.type("key", "rotate", "link").code == 0
    office.world.clock.advance(61)
    assert office.world.get(path).status == 200
    assert office.type("key", "rotate", "link").code == 0
    office.world.clock.advance(61)
    assert office.world.get(path).status == 404
    assert office.type("key", "rotate", "other").code == 2


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
