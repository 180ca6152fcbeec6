"""The playbook of the docs, run for real against the local twin, and what the collection's plugins refuse."""

from __future__ import annotations

import pytest

from local.netsuite.world import CHART
from suitetoken.admin.clients import add_client, make_client
from suitetoken.admin.connections import add_connection, make_connection
from suitetoken.aws.records import connection_secret, read_connection, read_token, token_secret
from suitetoken.documents import Problem, TokenDocument
from tests.samples.tokens import NOW, make_access_token
from tests.stacks.playbooks import ROOT, Theatre, theatre

__all__ = ["theatre"]

pytestmark = pytest.mark.timeout(300)  # each task of a playbook is a process of its own

PLAYBOOK = ROOT / "docs/examples/netsuite.yml"
PROVISIONING = ["Keep the integration record as a client", "Keep the connections"]


def secrets_of(theatre: Theatre) -> list[str]:
    """Return everything that no output may hold."""
    client_secret = theatre.twin.confidential.client_secret
    tokens = [read_token(theatre.store, name).document.token for name in theatre.store.list_names("token")]
    grants = [read_connection(theatre.store, name).document.grant for name in theatre.store.list_names("connection")]
    found = [client_secret, *(token and token.access_token for token in tokens)]
    return [secret for secret in [*found, *(grant and grant.refresh_token for grant in grants)] if secret]


@pytest.mark.slow
def test_the_playbook_of_the_docs_does_what_it_says(theatre: Theatre) -> None:
    """Checked first, it changes nothing; then it provisions, and once people have consented NetSuite answers."""
    checked = theatre.play(PLAYBOOK, "--check")
    assert checked.code == 0, checked.text
    assert checked.changed == PROVISIONING
    assert [*theatre.store.list_names("client"), *theatre.store.list_names("connection")] == []

    first = theatre.play(PLAYBOOK, "--diff", "-vvv")
    assert first.code == 0, first.text
    assert first.changed == PROVISIONING
    links = [result["link"] for result in first.results["Make a link where a person must authorize"]]
    assert len(links) == 1
    check_again(theatre)

    for link in links:
        theatre.consent(link)
    check_again(theatre)
    second = theatre.play(PLAYBOOK, "--diff", "-vvv")
    assert (second.code, second.changed) == (0, []), second.text
    assert f"finance-prod: {len(CHART)} accounts" in second.text
    secrets = secrets_of(theatre)
    assert len(secrets) == 3
    assert [secret for secret in secrets if secret in first.text + second.text] == []


def check_again(theatre: Theatre) -> None:
    """A check ends well in every state, and changes nothing."""
    checked = theatre.play(PLAYBOOK, "--check", "--diff")
    assert (checked.code, checked.changed) == (0, []), checked.text


@pytest.mark.slow
def test_the_playbook_of_the_docs_asks_only_for_its_own_connections(theatre: Theatre) -> None:
    """Others of the same deployment are none of its business, damaged ones and those with tokens."""
    prepare(theatre)
    theatre.store.delete("client/prod")
    played = theatre.play(PLAYBOOK)
    assert played.code == 0, played.text
    answers = played.results["Ask how these connections are"]
    assert [row["connection"] for answer in answers for row in answer["connections"]] == ["finance-prod"]


EXPIRED = TokenDocument(make_access_token(issued_at=NOW - 1_000_000_000, expires_at=NOW - 999_996_400))
TIRED = TokenDocument(problem=Problem("consent_ended", "The consent has ended.", NOW))
TASKS = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  module_defaults:
    group/suitetoken.netsuite.deployment: {region: us-east-1}
  environment: {AWS_REGION: "", AWS_DEFAULT_REGION: ""}
  tasks:
    - name: answers
      debug:
        msg:
          missing is skipped: "{{ query('suitetoken.netsuite.token', 'nobody', on_missing='skip') }}"
          missing is warned of: "{{ query('suitetoken.netsuite.token', 'nobody', on_missing='warn') }}"
          expired is skipped: "{{ query('suitetoken.netsuite.token', 'expired', 'tired', on_expired='skip') }}"
          one field: "{{ lookup('suitetoken.netsuite.token', 'good', fields='account_id') }}"
          two fields: "{{ lookup('suitetoken.netsuite.token', 'good', fields=['role', 'scope']) }}"
    - name: missing is an error
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'nobody') }}"}
    - name: tired is an error
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'tired') }}"}
    - name: unknown field
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'good', fields='refresh_token') }}"}
    - name: too long
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'good', min_remaining=99999) }}"}
    - name: no secret
      suitetoken.netsuite.client: {name: a, account_id: "1", client_id: "{{ 'b' * 64 }}"}
    - name: no such client
      suitetoken.netsuite.connection: {name: a, client: nobody, scope: [restlets]}
    - name: no such scope
      suitetoken.netsuite.connection: {name: a, client: prod, scope: [rest_query]}
    - name: damaged
      suitetoken.netsuite.connection: {name: damaged, client: prod, scope: [restlets]}
    - name: another client
      suitetoken.netsuite.connection: {name: whole, client: other, scope: [restlets]}
    - name: another grant type
      suitetoken.netsuite.connection: {name: half, client: prod, scope: [restlets], grant_type: client_credentials}
    - name: half a connection
      suitetoken.netsuite.connection: {name: half, client: prod, scope: [restlets]}
    - name: pin
      suitetoken.netsuite.connection: {name: whole, client: prod, scope: [restlets], role: "1017"}
    - name: nothing to rotate
      suitetoken.netsuite.rotate: {name: whole}
    - name: revoke links
      suitetoken.netsuite.link: {name: whole, state: revoked}
    - name: in use
      suitetoken.netsuite.client: {name: prod, state: absent}
    - name: remove
      suitetoken.netsuite.connection: {name: whole, state: absent}
    - name: removed
      suitetoken.netsuite.connection: {name: whole, state: absent}
"""


def prepare(theatre: Theatre) -> None:
    """Store tokens and connections in every state that the tasks need."""
    store = theatre.store
    good = TokenDocument(make_access_token())
    for name, document in {"good": good, "expired": EXPIRED, "tired": TIRED}.items():
        store.create(token_secret(name), document.to_json(), "")
    client = make_client("1234567", "a" * 64, None, theatre.twin.overrides())
    add_client(store, "prod", client)
    add_connection(store, "whole", make_connection("prod", ["restlets"]), NOW)
    store.create(connection_secret("damaged"), "{", "")
    store.create(connection_secret("half"), make_connection("prod", ["restlets"]).to_json(), "")


@pytest.mark.slow
def test_every_refusal_says_what_to_do(theatre: Theatre) -> None:
    """In the words of suitetoken's errors, each with a code; what changes something says so."""
    prepare(theatre)
    played = theatre.play(theatre.write("refusals.yml", TASKS))
    results = {name: found[0] for name, found in played.results.items() if found}
    messages = {name: result["msg"] for name, result in results.items() if "msg" in result}
    answers = messages.pop("answers")
    assert answers["missing is skipped"] == answers["missing is warned of"] == answers["expired is skipped"] == []
    assert (answers["one field"], answers["two fields"]["role"]) == ("1234567_SB1", "1017")
    assert "Skipping nobody" in played.text
    for name, words in {
        "missing is an error": "suitetoken/token/nobody: reading the token failed: it does not exist.",
        "tired is an error": "The consent has ended.",
        "unknown field": "no field refresh_token",
        "too long": "99999",
        "no secret": "public: true",
        "no such client": "there is no client nobody",
        "no such scope": "rest_query",
        "damaged": "AWSPREVIOUS",
        "another client": "remove it first",
        "another grant type": "by authorization_code",
        "nothing to rotate": "Nobody has authorized",
        "in use": "whole",
    }.items():
        assert words in messages[name], (name, messages[name])
    for name, once in {
        "missing is an error": "Next: ",
        "tired is an error": "The consent has ended.",
        "too long": "Next: ",
    }.items():
        assert messages[name].count(once) == 1, messages[name]
        assert "An error occurred" not in messages[name]  # botocore's words
    codes = {name: result["code"] for name, result in results.items() if "code" in result}
    assert codes["no such client"] == "not_found"
    assert codes["nothing to rotate"] == "authorization_required"
    assert played.changed == ["half a connection", "pin", "revoke links", "remove"]
    assert theatre.store.exists(token_secret("half"))
