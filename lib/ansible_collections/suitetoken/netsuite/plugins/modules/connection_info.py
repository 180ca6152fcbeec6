#!/usr/bin/python
"""The module `suitetoken.netsuite.connection_info`: how connections are, and what to do next."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_info
short_description: Tell how connections of suitetoken are
version_added: 1.0.0
description:
  - Tells what C(suitetoken status --json) tells, and changes nothing.
  - Fails with the code V(not_found) where nothing is deployed with that prefix in that region.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: The module changes nothing anyway.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
options:
  name:
    description: The connection to tell about. Without a name, all.
    type: str
"""

EXAMPLES = r"""
- name: How are we
  suitetoken.netsuite.connection_info:
  register: found

- name: Stop where a person must act
  ansible.builtin.assert:
    that: found.connections | rejectattr('state', 'in', ['healthy', 'consent ending', 'certificate ending']) == []
"""

RETURN = r"""
connections:
  description: One entry for each connection, by name.
  returned: success
  type: list
  elements: dict
  contains:
    connection:
      description: The name.
      type: str
    state:
      description:
        - V(healthy), V(consent ending), V(certificate ending), V(not authorized), V(authorization required),
          V(certificate required) and so on.
      type: str
    next_step:
      description: The command that mends it; empty where nothing is to do.
      type: str
    client:
      description: The client that it authorizes.
      type: str
    account_id:
      description: The NetSuite account.
      type: str
    role:
      description: The internal id of the role that it has, or must have.
      type: str
    token_issued_at:
      description: When the token was issued, epoch seconds; null where there is none.
      type: int
    token_expires_at:
      description: When the token ends, epoch seconds; null where there is none.
      type: int
    consent_ends_at:
      description:
        - When a person must authorize again, or when the certificate ends, epoch seconds; null before the first.
      type: int
    problem:
      description: What is wrong, in words; null where nothing is.
      type: str
"""

import contextlib
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run

with contextlib.suppress(ImportError):
    from suitetoken.admin.signing_keys import require_deployment
    from suitetoken.admin.status import read_rows

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def tell(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Return the rows of `suitetoken status`; none where nothing is deployed is an error, as there."""
    rows = read_rows(deployment.store, module.params["name"], int(time.time()))
    if not rows:
        require_deployment(deployment.store, deployment.own_region)
    return {"changed": False, "connections": [{**asdict(row), "state": row.state.value} for row in rows]}


def main() -> None:
    """Run the module."""
    run(make_module({"name": {"type": "str"}}, supports_check_mode=True), tell)


if __name__ == "__main__":
    main()
