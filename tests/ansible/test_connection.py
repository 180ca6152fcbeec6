"""The module `connection` against the local twin: whom a token is shared with, an end that is not confirmed."""

from __future__ import annotations

import time

import boto3
import pytest

from suitetoken.admin.clients import add_client, make_client
from suitetoken.admin.connections import add_connection, make_connection
from suitetoken.admin.hosted_links import make_hosted_link
from suitetoken.admin.readers import read_readers
from suitetoken.admin.replicas import change_replicas, read_replicas
from suitetoken.aws.records import connection_secret, read_connection, token_secret
from suitetoken.signing.keys import LINK_KEY, KeyRing
from tests.stacks.playbooks import Theatre, theatre

__all__ = ["theatre"]

pytestmark = pytest.mark.timeout(300)  # each task of a playbook is a process of its own

NAME = "finance"
OTHERS = "arn:aws:iam::111122223333"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PLAY = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  vars: {others: "arn:aws:iam::111122223333"}
  module_defaults:
    suitetoken.netsuite.connection: {name: finance, client: prod, scope: [restlets]}
  tasks:
"""
ENDING = """
    - name: unconfirmed
      suitetoken.netsuite.connection: {state: absent}
    - name: checked
      suitetoken.netsuite.connection: {state: absent, force: true}
      check_mode: true
    - name: forced
      suitetoken.netsuite.connection: {state: absent, force: true}
    - name: gone
      suitetoken.netsuite.connection: {state: absent, force: true}
"""
REFUSED = """
    - name: another account
      suitetoken.netsuite.connection: {name: new, readers: ["{{ others }}:role/nightly"]}
    - name: everybody
      suitetoken.netsuite.connection: {name: new, readers: ["*"]}
"""
READERS = """
    - name: checked before it is there
      suitetoken.netsuite.connection: {name: new, readers: ["{{ others }}:role/nightly"]}
      check_mode: true
    - name: named
      suitetoken.netsuite.connection: {readers: ["{{ others }}:role/b", "{{ others }}:user/a"]}
    - name: the same
      suitetoken.netsuite.connection: {readers: ["{{ others }}:user/a", "{{ others }}:role/b"]}
    - name: not asked
      suitetoken.netsuite.connection:
    - name: checked
      suitetoken.netsuite.connection: {readers: []}
      check_mode: true
    - name: one replaced
      suitetoken.netsuite.connection: {readers: ["{{ others }}:user/a", "{{ others }}:role/c"]}
"""
NOBODY = """
    - name: nobody
      suitetoken.netsuite.connection: {readers: []}
"""
REPLICAS = """
    - name: own region
      suitetoken.netsuite.connection: {name: new, replica_regions: [us-east-1]}
    - name: checked before it is there
      suitetoken.netsuite.connection: {name: new, replica_regions: [eu-west-3]}
      check_mode: true
    - name: replicated
      suitetoken.netsuite.connection: {replica_regions: [eu-west-3, eu-west-1]}
    - name: the same
      suitetoken.netsuite.connection: {replica_regions: [eu-west-1, eu-west-3, eu-west-3]}
    - name: not asked
      suitetoken.netsuite.connection:
    - name: checked
      suitetoken.netsuite.connection: {replica_regions: []}
      check_mode: true
    - name: one replaced
      suitetoken.netsuite.connection: {replica_regions: [eu-west-2, eu-west-1]}
"""
REPLICATED_ENDING = """
    - name: replicated
      suitetoken.netsuite.connection: {state: absent}
    - name: checked
      suitetoken.netsuite.connection: {state: absent, replica_regions: []}
      check_mode: true
    - name: removed
      suitetoken.netsuite.connection: {state: absent, replica_regions: []}
    - name: gone
      suitetoken.netsuite.connection: {state: absent, replica_regions: []}
"""
NOWHERE = """
    - name: nowhere
      suitetoken.netsuite.connection: {replica_regions: []}
"""


def set_up(theatre: Theatre) -> None:
    """Add a client and a connection."""
    record = theatre.twin.confidential
    client = make_client("1234567", record.client_id, record.client_secret, theatre.twin.overrides())
    add_client(theatre.store, "prod", client)
    add_connection(theatre.store, NAME, make_connection("prod", ["restlets"]), int(time.time()))


def authorize(theatre: Theatre) -> None:
    """Let a person authorize the connection."""
    keys, origin, now = KeyRing(theatre.store, LINK_KEY, time.time), theatre.twin.public_url, int(time.time())
    theatre.consent(make_hosted_link(theatre.store, keys, origin, NAME, "a test", now + 3600).url)


def regions(theatre: Theatre) -> list[str]:
    """Return the other regions that have the token."""
    return [replica.region for replica in read_replicas(theatre.store, NAME)]


@pytest.mark.slow
def test_whoever_insists_removes_what_netsuite_does_not_confirm(theatre: Theatre) -> None:
    """Otherwise the connection stays and the task says why; a check removes nothing."""
    set_up(theatre)
    authorize(theatre)
    assert read_connection(theatre.store, NAME).document.grant is not None
    theatre.twin.netsuite.faults.add("revoke", "503", times=1000)
    played = theatre.play(theatre.write("ending.yml", PLAY + ENDING))
    results = {name: found[0] for name, found in played.results.items()}
    assert played.changed == ["checked", "forced"], played.text
    assert "NetSuite has not confirmed" in results["unconfirmed"]["msg"]
    assert results["unconfirmed"]["retryable"] is True
    assert "OAuth 2.0 Authorized Applications" in " ".join(played.text.split())
    assert not theatre.store.exists(connection_secret(NAME))


@pytest.mark.slow
def test_the_readers_are_those_that_are_named(theatre: Theatre) -> None:
    """All of them and nobody else; left out they stay. A check names nobody, and what is refused adds no connection."""
    set_up(theatre)
    refused = theatre.play(theatre.write("refused.yml", PLAY + REFUSED))
    messages = {name: found[0]["msg"] for name, found in refused.results.items()}
    assert "SECRETS_KEY=own" in messages["another account"]
    assert "one role or user" in messages["everybody"]
    assert not theatre.store.exists(connection_secret("new"))

    theatre.twin.client("ssm").put_parameter(Name="/suitetoken/secrets-key", Value=KEY, Type="String")
    played = theatre.play(theatre.write("readers.yml", PLAY + READERS), "--diff")
    assert played.changed == ["checked before it is there", "named", "checked", "one replaced"], played.text
    assert "readers" not in played.results["not asked"][0]
    assert played.results["checked"][0]["readers"] == []
    assert f'-        "{OTHERS}:role/b",' in played.text
    wanted = [f"{OTHERS}:role/c", f"{OTHERS}:user/a"]
    assert played.results["one replaced"][0]["readers"] == wanted == list(read_readers(theatre.store, NAME))

    assert theatre.play(theatre.write("nobody.yml", PLAY + NOBODY)).changed == ["nobody"]
    assert read_readers(theatre.store, NAME) == ()


@pytest.mark.slow
def test_the_replicas_are_those_that_are_asked_for(theatre: Theatre) -> None:
    """All of them and no others; left out they stay. A check replicates nothing; where AWS has failed it is said."""
    set_up(theatre)
    elsewhere = boto3.client("secretsmanager", region_name="eu-west-1")
    elsewhere.create_secret(Name=f"suitetoken/token/{NAME}", SecretString="somebody else's")
    played = theatre.play(theatre.write("replicas.yml", PLAY + REPLICAS), "--diff")
    results = {name: found[0] for name, found in played.results.items()}
    assert played.changed == ["checked before it is there", "replicated", "checked", "one replaced"], played.text
    assert "own region" in results["own region"]["msg"]
    assert not theatre.store.exists(connection_secret("new"))
    assert "replica_regions" not in results["not asked"]
    assert results["checked"]["replica_regions"] == []
    assert '-        "eu-west-3"' in played.text
    assert "AWS could not replicate the token to eu-west-1 (Failed" in " ".join(played.text.split())
    assert results["one replaced"]["replica_regions"] == ["eu-west-1", "eu-west-2"] == regions(theatre)

    assert theatre.play(theatre.write("nowhere.yml", PLAY + NOWHERE)).changed == ["nowhere"]
    assert regions(theatre) == []


@pytest.mark.slow
def test_a_connection_with_replicas_goes_where_none_are_asked_for(theatre: Theatre) -> None:
    """Otherwise Secrets Manager would not delete it, and the task says so; a check takes no replica away."""
    set_up(theatre)
    change_replicas(theatre.store, NAME, ("eu-west-3",), (), "us-east-1")
    played = theatre.play(theatre.write("ending.yml", PLAY + REPLICATED_ENDING))
    assert played.changed == ["checked", "removed"], played.text
    assert "replicated to eu-west-3" in played.results["replicated"][0]["msg"]
    assert not theatre.store.exists(connection_secret(NAME))
    assert not theatre.store.exists(token_secret(NAME))
