#!/usr/bin/python
"""The module `suitetoken.netsuite.link`: the address to send to a person who may authorize a connection."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: link
short_description: Make or revoke hosted links of a connection of suitetoken
version_added: 1.0.0
description:
  - Gives the hosted link by which a person authorizes a connection. It dies once somebody has authorized.
  - Making a link stores nothing and so changes nothing. Revoking kills every link made so far, at once.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: Revokes nothing.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
options:
  name:
    description: The connection's name.
    type: str
    required: true
  expires_in:
    description: How long the link lives, a number and V(s), V(m), V(h) or V(d), from V(1m) to V(30d).
    type: str
    default: 24h
  state:
    description: Whether to make a link, or to kill all that were made for this connection.
    type: str
    choices: [present, revoked]
    default: present
"""

EXAMPLES = r"""
- name: The link for the finance team
  suitetoken.netsuite.link:
    name: finance-prod
    expires_in: 3d
  register: finance_link

- name: Show it
  ansible.builtin.debug:
    var: finance_link.link

- name: Kill every link that was sent
  suitetoken.netsuite.link:
    name: finance-prod
    state: revoked
"""

RETURN = r"""
link:
  description: The hosted link. It opens nothing without a login to NetSuite.
  returned: when O(state=present)
  type: str
expires_at:
  description: Until when it lives, epoch seconds.
  returned: when O(state=present)
  type: int
"""

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run

with contextlib.suppress(ImportError):
    from suitetoken.admin.hosted_links import make_hosted_link, parse_duration, revoke_links
    from suitetoken.aws.records import read_connection
    from suitetoken.errors import NotFound

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def keep(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Make a link, or revoke all."""
    name = module.params["name"]
    if module.params["state"] == "revoked":
        read_connection(deployment.store, name)
        if not module.check_mode:
            revoke_links(deployment.store, name)
        return {"changed": True}
    expires_at = int(time.time()) + parse_duration(module.params["expires_in"])
    keys, origin, caller = deployment.link_keys, deployment.public_url, deployment.caller
    try:
        link = make_hosted_link(deployment.store, keys, origin, name, caller, expires_at)
    except NotFound as error:
        if not module.check_mode:
            raise
        module.warn(f"In check mode this is taken as added before: {error}")
        return {"changed": False, "link": "", "expires_at": expires_at}
    return {"changed": False, "link": link.url, "expires_at": link.expires_at}


def main() -> None:
    """Run the module."""
    arguments = {
        "name": {"type": "str", "required": True},
        "expires_in": {"type": "str", "default": "24h"},
        "state": {"type": "str", "choices": ["present", "revoked"], "default": "present"},
    }
    run(make_module(arguments, supports_check_mode=True), keep)


if __name__ == "__main__":
    main()
