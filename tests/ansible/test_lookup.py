"""The lookup with the keys of a workload that may read one connection's token, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

from suitetoken.documents import TokenDocument
from tests.readers.aws import ACCOUNT, REGION, running_aws
from tests.samples.tokens import make_access_token
from tests.stacks.playbooks import run_playbook

TASKS = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  vars: {suitetoken_region: %(region)s, fields: [account_id]}
  tasks:
    - name: answers
      debug:
        msg:
          own: "{{ lookup('suitetoken.netsuite.token', 'finance-prod', fields=fields) }}"
          own by ARN: "{{ lookup('suitetoken.netsuite.token', '%(arn)s', fields=fields) }}"
          skipped: "{{ query('suitetoken.netsuite.token', 'audit', 'finance-prod', fields=fields, on_denied='skip') }}"
          warned of: "{{ query('suitetoken.netsuite.token', 'audit', on_denied='warn') }}"
    - name: negative
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'finance-prod', fields=fields, min_remaining=-1) }}"}
    - name: error
      debug: {msg: "{{ lookup('suitetoken.netsuite.token', 'audit', on_missing='skip', on_expired='skip') }}"}
"""


def test_what_may_not_be_read_is_an_error_unless_said_otherwise(tmp_path: Path) -> None:
    """The token that the policy opens is there by name and by ARN; for another one it is `on_denied` that decides.

    A life that cannot be is an error too.
    """
    with running_aws() as aws:
        token = TokenDocument(make_access_token(issued_at=int(time.time()))).to_json()
        for connection in ("finance-prod", "audit"):
            aws.put_token(connection, token)
        keys = aws.add_reader("finance-prod")
        found = aws.client("secretsmanager").describe_secret(SecretId="suitetoken/token/finance-prod")
        assert f":{ACCOUNT}:" in found["ARN"]
        playbook = tmp_path / "lookups.yml"
        playbook.write_text(TASKS % {"region": REGION, "arn": found["ARN"]}, encoding="utf-8")
        environ = {**keys, "AWS_ENDPOINT_URL": aws.url, "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}
        with aws.guarded():
            played = run_playbook(playbook, tmp_path, environ)
    messages = {name: results[0]["msg"] for name, results in played.results.items()}
    account = make_access_token().account_id
    assert messages["answers"] == {"own": account, "own by ARN": account, "skipped": [account], "warned of": []}
    assert "token/audit" in messages["error"]
    assert "min_remaining is -1" in messages["negative"]
    assert "Skipping audit" in played.text
