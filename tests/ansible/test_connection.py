"""The module `connection` against the local twin: an end that NetSuite does not confirm."""

from __future__ import annotations

import time

import pytest

from playbooks import Theatre, theatre
from suitetoken.admin.clients import add_client, make_client
from suitetoken.admin.connections import add_connection, make_connection
from suitetoken.admin.hosted_links import make_hosted_link
from suitetoken.keys import LINK_KEY, KeyRing
from suitetoken.records import connection_secret, read_connection

__all__ = ["theatre"]

pytestmark = pytest.mark.timeout(300)  # each task of a playbook is a process of its own

NAME = "finance"
PLAY = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  tasks:
"""
ENDING = """
    - name: unconfirmed
      suitetoken.netsuite.connection: {name: finance, state: absent}
    - name: checked
      suitetoken.netsuite.connection: {name: finance, state: absent, force: true}
      check_mode: true
    - name: forced
      suitetoken.netsuite.connection: {name: finance, state: absent, force: true}
    - name: gone
      suitetoken.netsuite.connection: {name: finance, state: absent, force: true}
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
