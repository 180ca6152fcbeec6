"""`suitetoken link`, `rotate`, `revoke`, `key`: the good ways and the bad ones."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.admin.hosted_links import LONGEST_SECONDS, SHORTEST_SECONDS, parse_duration
from suitetoken.aws.records import read_connection
from suitetoken.errors import InvalidInput
from suitetoken.signing.keys import LINK_KEY
from suitetoken.signing.links import verify_link
from tests.terminals.operator import Desk
from tests.worlds.world import ORIGIN


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


def test_all_links_are_revoked_without_touching_the_grant(office: Desk) -> None:
    """Nothing on standard output, for there is no link; an unknown connection is exit code 4."""
    before = read_connection(office.store, "finance").document
    path = office.type("link", "finance").out.strip().removeprefix(ORIGIN)
    answer = office.type("link", "finance", "--revoke-all")
    assert (answer.code, answer.out, office.world.get(path).status) == (0, "", 410)
    after = read_connection(office.store, "finance").document
    assert replace(after, link_series=before.link_series) == before
    assert office.type("link", "nobody", "--revoke-all").code == 4


def test_revoking_all_links_heeds_what_is_typed_with_it(office: Desk) -> None:
    """A machine gets its answer; a length of time for no link is refused, and every link lives on."""
    path = office.type("link", "finance").out.strip().removeprefix(ORIGIN)
    refused = office.type("link", "finance", "--revoke-all", "--expires-in", "24h")
    assert (refused.code, refused.out, "--expires-in" in refused.err) == (2, "", True)
    assert office.world.get(path).status == 200
    answer = office.type("link", "finance", "--revoke-all", "--json")
    assert (answer.code, answer.json) == (0, {"connection": "finance", "links_revoked": True})
    assert office.world.get(path).status == 410


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
