"""The lookup `suitetoken.netsuite.token`: the current access token of a connection."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: token
short_description: The current NetSuite access token of a connection of suitetoken
version_added: 1.0.0
author: the suitetoken maintainers (@suitetoken)
description:
  - Reads the token document of each connection and gives its access token, never one that has expired.
  - One process reads a connection once, however many lookups there are, and again when the token is due.
  - A playbook that runs longer than a token lives should look it up in the task that uses it, not in a play's variables
    that are evaluated once. Put C(no_log) on tasks that show their arguments.
extends_documentation_fragment: suitetoken.netsuite.deployment.plugin
options:
  _terms:
    description: Names of connections, or whole ARNs of their token secrets.
    required: true
    type: list
    elements: str
  fields:
    description:
      - Fields of the token document to give instead of the access token, such as V(rest_url) or V(account_id).
      - With one field its value is given, with more a dictionary of them.
    type: list
    elements: str
    default: [access_token]
  min_remaining:
    description: How many seconds the token must last at least.
    type: int
    default: 0
  on_missing:
    description: What to do where there is no such connection.
    type: str
    choices: [error, skip, warn]
    default: error
  on_denied:
    description: What to do where AWS refuses the reading.
    type: str
    choices: [error, skip, warn]
    default: error
  on_expired:
    description: What to do where there is no unexpired token, because it is late or because a person must authorize.
    type: str
    choices: [error, skip, warn]
    default: error
"""

EXAMPLES = r"""
- name: Ask NetSuite's REST API
  ansible.builtin.uri:
    url: "{{ netsuite.rest_url }}/services/rest/record/v1/customer?limit=5"
    headers:
      Authorization: "Bearer {{ netsuite.access_token }}"
  vars:
    netsuite: "{{ lookup('suitetoken.netsuite.token', 'finance-prod', fields=['access_token', 'rest_url']) }}"
  no_log: true

- name: Go on without a token
  ansible.builtin.debug:
    msg: "{{ lookup('suitetoken.netsuite.token', 'finance-dev', on_missing='skip') | default('nothing to do', true) }}"
"""

RETURN = r"""
_raw:
  description: The access token of each connection, or the fields that were asked for.
  type: list
  elements: raw
"""

from typing import Any

from ansible.errors import AnsibleLookupError, AnsibleOptionsError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

try:
    from suitetoken.errors import AccessDenied, AuthorizationRequired, NotFound, SuiteTokenError, TokenExpired
    from suitetoken.reader.shared import share_reader

    MISSING = None
except ImportError as missing:
    MISSING = missing

display = Display()


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Return what was asked for, in the order of the connections; those that are skipped are left out."""
        if MISSING is not None:
            raise AnsibleLookupError(missing_required_lib("suitetoken")) from MISSING
        self.set_options(var_options=variables, direct=kwargs)
        return [found for term in terms for found in self._find(term)]

    def _find(self, connection: str) -> list[Any]:
        place = {name: self.get_option(name) or None for name in ("prefix", "region", "profile")}
        min_remaining = self.get_option("min_remaining")
        if min_remaining < 0:
            raise AnsibleOptionsError(f"min_remaining is {min_remaining}: give 0 or more seconds.")
        try:
            token = share_reader(connection, **place).current(min_remaining).to_dict()
        except SuiteTokenError as error:
            return self._refuse(connection, error)
        return [self._choose(token)]

    def _choose(self, token: dict[str, Any]) -> Any:
        fields = self.get_option("fields")
        unknown = sorted(set(fields) - set(token))
        if unknown:
            has = f"It has: {', '.join(token)}."
            raise AnsibleOptionsError(f"the token document has no field {', '.join(unknown)}. {has}")
        return token[fields[0]] if len(fields) == 1 else {name: token[name] for name in fields}

    def _refuse(self, connection: str, error: SuiteTokenError) -> list[Any]:
        """Raise, warn or say nothing, as the option for this kind of error has it."""
        options = {NotFound: "on_missing", AccessDenied: "on_denied", TokenExpired: "on_expired"}
        options[AuthorizationRequired] = "on_expired"
        option = next((name for kind, name in options.items() if isinstance(error, kind)), None)
        action = self.get_option(option) if option else "error"
        if action == "error":
            # Ansible would add the texts of all causes to the message: ours again, and botocore's.
            raise AnsibleLookupError(str(error)) from None
        if action == "warn":
            display.warning(f"Skipping {connection}: {error}")
        return []
