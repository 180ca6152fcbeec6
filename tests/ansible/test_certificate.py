"""The module `certificate` against the local twin: made, registered, renewed by hand and by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from local.netsuite import Integration
from local.netsuite.certificates import upload
from local.netsuite.world import ACCOUNTANT
from suitetoken.aws.records import read_token
from tests.stacks.playbooks import Played, Theatre, theatre

__all__ = ["theatre"]

pytestmark = pytest.mark.timeout(300)  # each task of a playbook is a process of its own

PLAY = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  tasks:
"""
BEGIN = """
    - name: client
      suitetoken.netsuite.client:
        name: machines
        account_id: "1234567"
        client_id: "{{ client_id }}"
        public: true
        overrides: "{{ overrides }}"
    - name: connection
      suitetoken.netsuite.connection:
        {name: nightly, client: machines, scope: [rest_webservices], grant_type: client_credentials}
    - name: checked
      suitetoken.netsuite.certificate: {name: nightly}
      check_mode: true
    - name: made
      suitetoken.netsuite.certificate: {name: nightly}
    - name: no link
      suitetoken.netsuite.link: {name: nightly}
"""
BY_HAND = """
    - name: registered
      suitetoken.netsuite.certificate: {name: nightly, certificate_id: "{{ id }}", renew_within: 60}
    - name: ending
      suitetoken.netsuite.certificate: {name: nightly, certificate_id: "{{ id }}", renew_within: 730}
    - name: still to upload
      suitetoken.netsuite.certificate: {name: nightly, certificate_id: "{{ id }}", renew_within: 730}
"""
BY_ITSELF = """
    - name: next registered
      suitetoken.netsuite.certificate: {name: nightly, certificate_id: "{{ id }}"}
    - name: another id
      suitetoken.netsuite.certificate: {name: nightly, certificate_id: another}
    - name: renewed
      suitetoken.netsuite.certificate: {name: nightly, renew_within: 730}
    - name: settled
      suitetoken.netsuite.certificate: {name: nightly, renew_within: 60}
"""


@dataclass
class Machines:
    """A theatre with an integration record for machines."""

    theatre: Theatre
    integration: Integration

    def play(self, tasks: str, certificate_id: str = "") -> Played:
        """Run these tasks."""
        given = {
            "id": certificate_id,
            "client_id": self.integration.client_id,
            "overrides": self.theatre.twin.overrides(),
        }
        playbook = self.theatre.write("machines.yml", PLAY + tasks)
        return self.theatre.play(playbook, "--extra-vars", json.dumps(given))

    def upload(self, pem: str) -> str:
        """Upload as the administrator does; returns NetSuite's id."""
        return upload(self.theatre.twin.netsuite, self.integration, pem, ACCOUNTANT, "12").id


@pytest.fixture
def machines(theatre: Theatre) -> Machines:
    """A record whose box for client credentials is ticked."""
    add = theatre.twin.netsuite.add_integration
    record = add("1234567", name="machine", redirect_uris=[], scopes=["rest_webservices"], client_credentials=True)
    return Machines(theatre, record)


@pytest.mark.slow
def test_a_certificate_from_the_first_to_the_third(machines: Machines) -> None:
    """What a person must do is said; what is done already is not done again; NetSuite revokes what was followed."""
    begun = machines.play(BEGIN)
    assert begun.changed == ["client", "connection", "checked", "made"], begun.text
    assert begun.results["connection"][0]["consent_needed"] is False
    assert begun.results["checked"][0]["pem"] == ""
    assert begun.results["made"][0]["upload_needed"] is True
    assert "needs no person" in begun.results["no link"][0]["msg"]

    roles = machines.theatre.twin.netsuite.certificate_roles
    roles.discard(ACCOUNTANT)
    first = machines.upload(begun.results["made"][0]["pem"])
    by_hand = machines.play(BY_HAND, first)
    assert by_hand.changed == ["registered", "ending"], by_hand.text
    again = by_hand.results["still to upload"][0]
    assert (again["upload_needed"], "could not be uploaded" in str(again["steps"])) == (True, True)

    roles.add(ACCOUNTANT)
    second = machines.upload(again["pem"])
    by_itself = machines.play(BY_ITSELF, second)
    assert by_itself.changed == ["next registered", "renewed"], by_itself.text
    assert f"registered as {second}" in by_itself.results["another id"][0]["msg"]
    (current,) = by_itself.results["settled"][0]["certificates"]
    known = machines.theatre.twin.netsuite.certificates
    assert {each.id for each in known.values() if not each.revoked} == {current["certificate_id"]}
    token = read_token(machines.theatre.store, "nightly").document.token
    assert token is not None
    assert token.access_token not in begun.text + by_hand.text + by_itself.text
