"""`suitetoken client`: the good ways and the bad ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suitetoken.admin.clients import ClientChange, ClientUpdate, update_client
from suitetoken.aws.records import read_client, update_connection
from suitetoken.aws.store import CURRENT, Store, Version
from suitetoken.documents import Certificate, Certificates
from tests.samples.tokens import make_grant
from tests.terminals.operator import ADD_CLIENT, ADD_CONNECTION, CANARY, Desk
from tests.worlds.world import session


def give_grant(desk: Desk) -> None:
    """Let somebody have authorized the connection."""
    update_connection(desk.store, "finance", lambda connection: replace(connection, grant=make_grant()))


def test_a_client_is_added_once(desk: Desk) -> None:
    """The account id in its canonical form, the secret without its line end; again changes nothing."""
    first = desk.type(*ADD_CLIENT, "--client-secret-stdin", stdin=f"{CANARY}\n")
    before = desk.secrets()
    second = desk.type(*ADD_CLIENT, "--client-secret-stdin", stdin=CANARY)
    client = read_client(desk.store, "acme")
    assert (first.code, second.code, first.out, "nothing was changed" in second.err) == (0, 0, "", True)
    assert (client.account_id, client.client_secret) == ("1234567_SB1", CANARY)
    assert desk.secrets() == before


def test_other_settings_under_the_same_name_are_refused(desk: Desk) -> None:
    """The message says how to change it."""
    desk.set_up()
    answer = desk.type(*ADD_CLIENT, "--public")
    assert (answer.code, "suitetoken client update acme" in answer.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--account-id", "1234567:evil"],
        ["--account-id", "x.attacker.com#"],
        ["--account-id", ""],
        ["--client-id", "with space"],
        ["--token-endpoint", "http://netsuite.example/token"],
        ["--rest-url", "https://user:pass@netsuite.example"],
    ],
)
def test_malformed_values_are_refused_and_nothing_is_stored(desk: Desk, arguments: list[str]) -> None:
    """Host injection, bad ids, unsafe endpoints."""
    answer = desk.type(*ADD_CLIENT, "--public", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "Next:" in answer.err
    assert desk.secrets() == {}


def test_a_confidential_client_needs_its_secret(desk: Desk) -> None:
    """From standard input or a terminal, never an option."""
    answer = desk.type(*ADD_CLIENT)
    assert (answer.code, "--client-secret-stdin" in answer.err) == (2, True)
    assert desk.type(*ADD_CLIENT, "--client-secret-stdin", stdin="two words").code == 2
    assert desk.type(*ADD_CLIENT, "--client-secret-stdin", "--public").code == 2


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    """Of any command that changes something."""
    desk.set_up()
    before = desk.secrets()
    answers = [
        desk.type("client", "add", "other", *ADD_CLIENT[3:], "--public", "--dry-run"),
        desk.type("client", "update", "acme", "--account-id", "7654321", "--dry-run"),
        desk.type("connection", "add", "more", *ADD_CONNECTION[3:], "--dry-run"),
        desk.type("connection", "update", "finance", "--role", "3", "--dry-run"),
        desk.type("connection", "remove", "finance", "--dry-run"),
    ]
    assert [answer.code for answer in answers] == [0] * 5
    assert all("Would" in answer.err for answer in answers)
    assert desk.secrets() == before
    assert desk.world.take_messages() == []


def test_clients_are_listed_and_shown_without_their_secret(desk: Desk) -> None:
    """For people and for machines."""
    desk.set_up()
    assert desk.type("client", "list").out == "acme\n"
    assert desk.type("client", "list", "--json").json == ["acme"]
    shown = desk.type("client", "show", "acme", "--json")
    assert shown.json == {"account_id": "1234567_SB1", "client_id": "a" * 64, "kind": "confidential"}
    assert CANARY not in desk.type("client", "show", "acme").out + shown.out


def test_a_new_secret_is_tried_at_once(desk: Desk) -> None:
    """Each granted connection gets a forced rotation."""
    desk.set_up()
    give_grant(desk)
    answer = desk.type("client", "update", "acme", "--client-secret-stdin", stdin="new-secret")
    assert answer.code == 0
    assert read_client(desk.store, "acme").client_secret == "new-secret"
    (message,) = desk.world.take_messages()
    assert '"force": true' in message


def test_account_and_client_id_stay_while_grants_stand_on_them(desk: Desk) -> None:
    """NetSuite would refuse the grants from then on."""
    desk.set_up()
    give_grant(desk)
    for change in (["--account-id", "7654321"], ["--client-id", "b" * 64]):
        answer = desk.type("client", "update", "acme", *change)
        assert (answer.code, "finance" in answer.err) == (2, True)
    assert desk.type("client", "update", "acme", "--account-id", "1234567_SB1").code == 0


def test_account_and_client_id_stay_while_a_certificate_stands_on_them(desk: Desk) -> None:
    """NetSuite mapped it to this very record."""
    desk.set_up()
    certificate = Certificate("key/finance", "ES256", "pem", "0" * 64, 1, 2, certificate_id="id")
    held = Certificates(current=certificate)
    update_connection(desk.store, "finance", lambda connection: replace(connection, certificates=held))
    answer = desk.type("client", "update", "acme", "--client-id", "b" * 64)
    assert (answer.code, "finance" in answer.err) == (2, True)
    assert desk.type("client", "update", "acme", "--client-secret-stdin", stdin="new-secret").code == 0
    assert len(desk.world.take_messages()) == 1


def test_overrides_are_set_and_taken_away(desk: Desk) -> None:
    """An empty address gives NetSuite's own back."""
    desk.set_up()
    desk.type("client", "update", "acme", "--rest-url", "https://proxy.example/")
    assert read_client(desk.store, "acme").endpoints.rest_url == "https://proxy.example"
    desk.type("client", "update", "acme", "--rest-url", "")
    assert read_client(desk.store, "acme").endpoints.rest_url == "https://1234567-sb1.suitetalk.api.netsuite.com"


def test_a_public_client_takes_no_secret(desk: Desk) -> None:
    """It would become another kind of client under its grants."""
    desk.type("client", "add", "open", *ADD_CLIENT[3:], "--public")
    assert desk.type("client", "update", "open", "--client-secret-stdin", stdin="x").code == 2


def test_a_client_in_use_is_not_removed(desk: Desk) -> None:
    """Its connections are named; without them it goes, and adding brings it back."""
    desk.set_up()
    answer = desk.type("client", "remove", "acme")
    assert (answer.code, "finance" in answer.err) == (2, True)
    desk.store.delete("connection/finance")
    assert desk.type("client", "remove", "acme").code == 0
    assert desk.type("client", "show", "acme").code == 4
    assert desk.type(*ADD_CLIENT, "--public").code == 0
    assert read_client(desk.store, "acme").is_public


def test_a_damaged_connection_stands_in_the_way_only_where_its_grant_might(desk: Desk) -> None:
    """A new secret goes through; another client id, or removing the client, does not: nobody can tell who uses it."""
    desk.set_up()
    desk.store.update("connection/finance", lambda _: "{")
    assert desk.type("client", "update", "acme", "--client-secret-stdin", stdin="new-secret").code == 0
    for refused in (["update", "acme", "--client-id", "b" * 64], ["remove", "acme"], ["remove", "acme", "--dry-run"]):
        answer = desk.type("client", *refused)
        assert (answer.code, "perhaps finance" in answer.err) == (2, True)


def test_a_damaged_client_is_mended_by_adding_it_again(desk: Desk) -> None:
    """Its connections stay as they are; without connections it can also be removed."""
    desk.set_up()
    desk.store.update("client/acme", lambda _: "{")
    assert desk.type("client", "show", "acme").code == 1
    assert desk.type(*ADD_CLIENT, "--client-secret-stdin", stdin=CANARY).code == 0
    assert read_client(desk.store, "acme").client_secret == CANARY
    desk.store.update("client/acme", lambda _: "{")
    desk.store.delete("connection/finance")
    assert desk.type("client", "remove", "acme").code == 0


def test_a_change_is_decided_on_what_is_stored_then(desk: Desk) -> None:
    """Somebody else's change of another field in the meantime is kept."""
    desk.set_up()
    store = desk.store
    hurried: list[ClientUpdate] = []

    class Interrupted(Store):
        def read(self, name: str, label: str = CURRENT) -> Version:
            version = store.read(name, label)
            if not hurried:
                hurried.append(update_client(store, "acme", ClientChange(client_secret="theirs")))
            return version

    interrupted = Interrupted(session().client("secretsmanager"), "suitetoken")
    update_client(interrupted, "acme", ClientChange(overrides={"rest_url": "https://p.example"}))
    client = read_client(store, "acme")
    assert (client.client_secret, client.overrides) == ("theirs", {"rest_url": "https://p.example"})


def test_a_dry_run_refuses_what_the_act_refuses(desk: Desk) -> None:
    """Another client or connection of the name, a client in use, a client that is not there."""
    desk.set_up()
    refused: list[tuple[int, list[str]]] = [
        (2, [*ADD_CLIENT, "--public"]),
        (2, [*ADD_CONNECTION[:-1], "restlets"]),
        (2, ["client", "remove", "acme"]),
        (4, ["client", "remove", "nobody"]),
        (4, ["connection", "add", "more", "--client", "nobody", "--scope", "restlets"]),
    ]
    for code, command in refused:
        assert desk.type(*command, "--dry-run").code == desk.type(*command).code == code


def test_a_client_that_is_not_there_is_not_found(desk: Desk) -> None:
    """Exit code 4, whatever is asked of it."""
    for command in (["show"], ["update"], ["remove"]):
        assert desk.type("client", *command, "nobody").code == 4
