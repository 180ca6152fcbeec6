"""Documents, tokens and keys: in order, and each thing that can be out of order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests

from suitetoken.admin.doctor import Finding, Mark
from suitetoken.admin.doctor.secrets import KeyFacts, judge_documents, judge_key, judge_tokens, read_key, read_secrets
from suitetoken.documents import TokenDocument
from suitetoken.netsuite.rules import make_endpoints
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.samples.tokens import CONFIDENTIAL, NOW, make_access_token, make_grant
from tests.worlds.world import REGION, World, make_world, session

CANARIES = ("canary", "1234567_SB1")


@pytest.fixture
def world() -> Iterator[World]:
    """A deployment with one connection that is as it should be."""
    with make_world(requests.Session) as world:
        world.add_connection("finance", CONFIDENTIAL, grant=make_grant())
        world.store.update("token/finance", lambda _: TokenDocument(make_access_token()).to_json())
        yield world


def examine(world: World) -> list[Finding]:
    """Return every line about documents and tokens."""
    secrets = read_secrets(world.store)
    return [*judge_documents(secrets), *judge_tokens(secrets, NOW)]


def find_faults(world: World) -> list[tuple[str, Mark]]:
    """Return what is not right; each has a next step, and none holds a value."""
    faults = [finding for finding in examine(world) if finding.mark is not Mark.RIGHT]
    assert all(finding.next_step for finding in faults)
    assert not any(canary in str(faults) for canary in CANARIES)
    return [(finding.check, finding.mark) for finding in faults]


def test_all_in_order(world: World) -> None:
    """Four lines, all right."""
    assert [finding.check for finding in examine(world)] == ["clients", "connections", "tokens", "good tokens"]
    assert find_faults(world) == []


@pytest.mark.parametrize("kind", ["client", "connection", "token"])
def test_a_damaged_document(world: World, kind: str) -> None:
    """It is named, and none of its values is."""
    world.store.update(f"{kind}/finance", lambda _: '{"canary": "canary"}')
    assert (f"{kind}s", Mark.WRONG) in find_faults(world)


def test_a_connection_without_its_client(world: World) -> None:
    """Nobody could refresh for it."""
    world.store.delete("client/finance")
    assert find_faults(world) == [("connections", Mark.WRONG)]


def test_a_connection_without_its_token_secret_and_the_other_way_round(world: World) -> None:
    """One has no place to publish to, of the other nobody takes care."""
    world.store.delete("token/finance")
    assert find_faults(world) == [("connections", Mark.WRONG)]
    world.store.create("token/stray", TokenDocument(make_access_token()).to_json(), "token")
    assert ("tokens", Mark.WARNING) in find_faults(world)


def test_tokens_that_are_not_good(world: World) -> None:
    """Expired is wrong, consent about to end is worth a word."""
    world.store.update("token/finance", lambda _: TokenDocument(make_access_token(expires_at=NOW)).to_json())
    assert find_faults(world) == [("good tokens", Mark.WRONG)]
    ending = replace(world.connection("finance"), grant=make_grant(expires_at=NOW + 3600))
    world.store.update("connection/finance", lambda _: ending.to_json())
    world.store.update("token/finance", lambda _: TokenDocument(make_access_token()).to_json())
    assert find_faults(world) == [("good tokens", Mark.WARNING)]


def test_an_empty_deployment() -> None:
    """The next step is the first connection."""
    with make_world(requests.Session) as world:
        assert find_faults(world) == [("good tokens", Mark.WARNING)]


def test_signing_keys(world: World) -> None:
    """Long enough and young, guessable, old; of the key itself nothing is told."""
    key = read_key(world.store, session().client("secretsmanager", region_name=REGION), LINK_KEY)
    assert key.length is not None
    assert key.length > 48
    assert read_key(world.store, session().client("secretsmanager", region_name=REGION), STATE_KEY).length is None
    assert not hasattr(key, "body")
    cases = [replace(key, made_at=NOW), KeyFacts(31, NOW), KeyFacts(64, NOW - 366 * 86_400)]
    assert [judge_key("link", each, NOW)[0].mark for each in cases] == [Mark.RIGHT, Mark.WRONG, Mark.WARNING]


def test_hosts_are_those_of_every_client() -> None:
    """Where people log in, and where tokens are asked for; one client's overrides stand over its account."""
    from suitetoken.admin.doctor.hosts import find_origins

    own = {f"https://{part}/" for part in ("1234567-sb1.app.netsuite.com", "1234567-sb1.suitetalk.api.netsuite.com")}
    assert find_origins([CONFIDENTIAL, CONFIDENTIAL]) == own
    elsewhere = replace(CONFIDENTIAL, overrides={"token_endpoint": "https://proxy.example:8443/token"})
    assert "https://proxy.example:8443/" in find_origins([elsewhere])
    assert make_endpoints("1234567_SB1").token_endpoint.startswith("https://1234567-sb1.suitetalk.api.netsuite.com/")
