#!/usr/bin/python
"""The module `suitetoken.netsuite.client`: an integration record that NetSuite made for you."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: client
short_description: Keep a NetSuite integration record as a client of suitetoken
version_added: 1.0.0
description:
  - Adds, changes or removes a client, which is one integration record of NetSuite as suitetoken sees it.
  - After a change, the client's connections are rotated with it at once.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: Checks everything, changes nothing.
    support: full
  diff_mode:
    description: Shows what changes; of a secret only that it does.
    support: full
options:
  name:
    description: The client's name.
    type: str
    required: true
  state:
    description: Whether the client is there. One that connections use is not removed.
    type: str
    choices: [present, absent]
    default: present
  account_id:
    description: The NetSuite account, such as V(1234567_SB1). Refused where it would change under a grant.
    type: str
  client_id:
    description: The record's Client ID. Refused where it would change under a grant.
    type: str
  client_secret:
    description:
      - The record's Client Secret. A confidential client needs it when it is added.
      - Left out for a client that is there, the secret stays.
    type: str
  public:
    description: Whether the record is a public client, which has no secret and one-time refresh tokens.
    type: bool
    default: false
  overrides:
    description: Addresses in the place of NetSuite's own. What is left out stays; an empty one is taken away.
    type: dict
    suboptions:
      authorization_endpoint:
        description: Where people authorize.
        type: str
      token_endpoint:
        description: Where codes and refresh tokens are exchanged.
        type: str
      revocation_endpoint:
        description: Where grants are revoked.
        type: str
      rest_url:
        description: The base of REST web services.
        type: str
      restlet_url:
        description: The address of RESTlets.
        type: str
"""

EXAMPLES = r"""
- name: Keep the production record
  suitetoken.netsuite.client:
    name: prod
    account_id: "1234567"
    client_id: "{{ vault_netsuite_client_id }}"
    client_secret: "{{ vault_netsuite_client_secret }}"

- name: Remove a client that no connection uses
  suitetoken.netsuite.client:
    name: old
    state: absent
"""

RETURN = r"""
client:
  description: The client as it is afterwards, without its secret.
  returned: when O(state=present)
  type: dict
  sample: {account_id: "1234567", client_id: "b1b2c54e", kind: confidential}
rotated:
  description: The connections that were asked to be rotated with the changed client.
  returned: when O(state=present)
  type: list
  elements: str
  sample: [finance-prod]
"""

import contextlib
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run

with contextlib.suppress(ImportError):
    from suitetoken.admin import clients
    from suitetoken.admin.orders import order
    from suitetoken.aws.records import read_client
    from suitetoken.documents import Client
    from suitetoken.errors import InvalidDocument, InvalidInput, NotFound

OVERRIDES = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "rest_url", "restlet_url")

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def keep(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Add or change the client, or remove it."""
    if module.params["state"] == "absent":
        return remove(module, deployment)
    held = find(deployment, module.params["name"])
    return add(module, deployment) if held is None else change(module, deployment, held)


def find(deployment: Deployment, name: str) -> Client | None:
    """Return the client, or None where there is none; a damaged one is added anew."""
    try:
        return read_client(deployment.store, name)
    except (NotFound, InvalidDocument):
        return None


def add(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Add the client."""
    params = module.params
    if not params["public"] and params["client_secret"] is None:
        raise InvalidInput("a confidential client needs its secret.", next_step="give client_secret, or public: true.")
    secret = None if params["public"] else params["client_secret"]
    client = clients.make_client(params["account_id"], params["client_id"], secret, given_overrides(module))
    act = clients.would_add if module.check_mode else clients.add_client
    changed = act(deployment.store, params["name"], client)
    return outcome(changed, client, {}, clients.describe(client))


def change(module: AnsibleModule, deployment: Deployment, held: Client) -> dict[str, Any]:
    """Change what differs."""
    params = module.params
    if params["public"] != held.is_public:
        raise InvalidInput(
            f"the client is {clients.describe(held)['kind']}; nothing was changed.",
            subject=params["name"],
            next_step="add a client of the other kind under another name.",
        )
    secret = None if params["client_secret"] == held.client_secret else params["client_secret"]
    wanted = clients.ClientChange(params["account_id"], params["client_id"], secret, given_overrides(module))
    act = clients.preview if module.check_mode else clients.update_client
    updated = act(deployment.store, params["name"], wanted)
    result = outcome(updated.changed, updated.client, *clients.describe_change(held, updated.client))
    for connection in () if module.check_mode else updated.granted:
        order(deployment.queue, deployment.store, connection, "rotate", force=True)
    return {**result, "rotated": list(updated.granted)}


def remove(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Remove the client where it is."""
    try:
        clients.check_removal(deployment.store, module.params["name"])
    except NotFound:
        return {"changed": False}
    if not module.check_mode:
        clients.remove_client(deployment.store, module.params["name"])
    return {"changed": True, "diff": {"before": {"state": "present"}, "after": {"state": "absent"}}}


def given_overrides(module: AnsibleModule) -> dict[str, str]:
    """Return the overrides that were given."""
    return {name: url for name, url in (module.params["overrides"] or {}).items() if url is not None}


def outcome(changed: bool, client: Client, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what the module returns."""
    diff = {"before": before, "after": after}
    return {"changed": changed, "client": clients.describe(client), "rotated": [], "diff": diff}


def main() -> None:
    """Run the module."""
    arguments = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "account_id": {"type": "str"},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "public": {"type": "bool", "default": False},
        "overrides": {"type": "dict", "options": {name: {"type": "str", "no_log": False} for name in OVERRIDES}},
    }
    required = [("state", "present", ("account_id", "client_id"))]
    run(make_module(arguments, required_if=required, supports_check_mode=True), keep)


if __name__ == "__main__":
    main()
