#!/usr/bin/python
"""The module `suitetoken.netsuite.connection`: an authorization that a team needs."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: connection
short_description: Keep a connection of suitetoken, one authorization that a team needs
version_added: 1.0.0
description:
  - Adds or changes a connection. A new one has no token until a person has authorized it through its hosted link
    (M(suitetoken.netsuite.link)), or until its certificate is registered.
  - Removing it revokes its grant at NetSuite first; its secrets can be restored for 30 days.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: Checks everything, changes nothing.
    support: full
  diff_mode:
    description: Shows the settings before and after. A connection has no secret in them.
    support: full
options:
  name:
    description: The connection's name.
    type: str
    required: true
  state:
    description: Whether the connection is there.
    type: str
    choices: [present, absent]
    default: present
  client:
    description: The client that it authorizes. It cannot be another one later.
    type: str
  scope:
    description: What the tokens may be used for, such as V(rest_webservices) and V(restlets).
    type: list
    elements: str
  role:
    description:
      - The internal id of the role that it must be.
      - Left out for a connection that is there, it stays; an empty one lets the next grant decide.
    type: str
  entity:
    description:
      - The internal id of the user that it must be.
      - Left out for a connection that is there, it stays; an empty one lets the next grant decide.
    type: str
  grant_type:
    description:
      - Whether it gets its tokens by a person's consent or, without any person, by a certificate.
      - Left out, a new one is V(authorization_code). It cannot be another one later.
    type: str
    choices: [authorization_code, client_credentials]
  rotation_hours:
    description: For public clients, the record's Maximum Time For Token Rotation.
    type: int
  readers:
    description:
      - The ARNs of the roles and users who may read the token by its own policy, all of them. Whom IAM lets read it in
        the deployment's account need not be among them.
      - Left out, they stay; with an empty list there are none.
      - Readers of other accounts need a key of your own for the secrets, which C(make deploy SECRETS_KEY=own) makes.
    type: list
    elements: str
  replica_regions:
    description:
      - The other AWS regions that have the token too, all of them.
      - Secrets Manager replicates in its own time; the next run warns where it has failed.
      - Left out, they stay; with an empty list there are none.
      - A connection with replicas is not removed. With O(state=absent) an empty list takes them away first, and another
        one has no effect.
    type: list
    elements: str
  force:
    description:
      - Whether to remove a connection even where NetSuite does not confirm the revocation. It never does where its
        integration record or account is gone.
      - The grant may live on in NetSuite then, until its consent ends; a warning says where to revoke it.
      - It has no effect with O(state=present).
    type: bool
    default: false
  wait:
    description: Whether to wait until a connection is removed. The broker does that, once NetSuite has confirmed.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: A connection for the finance jobs
  suitetoken.netsuite.connection:
    name: finance-prod
    client: prod
    scope: [rest_webservices, restlets]
    role: "1017"
  register: finance

- name: Say who must act
  ansible.builtin.debug:
    msg: Somebody must authorize finance-prod.
  when: finance.consent_needed

- name: A connection that no person has to renew
  suitetoken.netsuite.connection:
    name: nightly
    client: machines
    scope: [rest_webservices]
    grant_type: client_credentials

- name: Let a role of another account read the token, and nobody else there
  suitetoken.netsuite.connection:
    name: finance-prod
    client: prod
    scope: [rest_webservices, restlets]
    readers:
      - arn:aws:iam::111122223333:role/nightly

- name: Have the token in another region too
  suitetoken.netsuite.connection:
    name: finance-prod
    client: prod
    scope: [rest_webservices, restlets]
    replica_regions: [eu-west-3]

- name: Revoke and remove it
  suitetoken.netsuite.connection:
    name: finance-prod
    state: absent

- name: Remove one with its replicas in other regions
  suitetoken.netsuite.connection:
    name: finance-prod
    state: absent
    replica_regions: []

- name: Remove one whose NetSuite account is gone
  suitetoken.netsuite.connection:
    name: finance-test
    state: absent
    force: true
"""

RETURN = r"""
connection:
  description: The connection as it is afterwards.
  returned: when O(state=present)
  type: dict
  sample: {client: prod, scope: rest_webservices restlets, role: "1017", authorized_at: null}
consent_needed:
  description: Whether a person must authorize it, for the first time or again; never with V(client_credentials).
  returned: when O(state=present)
  type: bool
readers:
  description: Who may read the token by its own policy afterwards.
  returned: when O(state=present) and O(readers) is given
  type: list
  elements: str
  sample: ["arn:aws:iam::111122223333:role/nightly"]
replica_regions:
  description: The other regions that have the token afterwards, or shall have it.
  returned: when O(state=present) and O(replica_regions) is given
  type: list
  elements: str
  sample: [eu-west-3]
"""

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run
from ansible_collections.suitetoken.netsuite.plugins.module_utils.sharing import (
    check_shares,
    give_replicas_up,
    keep_shares,
    wants_no_replicas,
)

with contextlib.suppress(ImportError):
    from suitetoken.admin import connections
    from suitetoken.admin.orders import UNCONFIRMED_IS_ENOUGH, order
    from suitetoken.admin.waiting import Patience, wait_for_removal
    from suitetoken.aws.records import read_connection, token_secret
    from suitetoken.documents import Connection
    from suitetoken.errors import InvalidInput, NotFound
    from suitetoken.netsuite.machine import AUTHORIZATION_CODE

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def keep(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Keep the connection and whom its token is shared with, or remove it."""
    if module.params["state"] == "absent":
        return remove(module, deployment)
    check_shares(module, deployment)
    return keep_shares(module, deployment, keep_settings(module, deployment))


def keep_settings(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Add the connection, or change its settings."""
    try:
        held = read_connection(deployment.store, module.params["name"]).document
    except NotFound:
        return add(module, deployment)
    return change(module, deployment, held)


def add(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Add the connection and its token document."""
    params = module.params
    settings = {name: params[name] for name in ("client", "scope", "role", "entity", "rotation_hours")}
    connection = connections.make_connection(**settings, grant_type=params["grant_type"] or AUTHORIZATION_CODE)
    if module.check_mode:
        changed = would_add(module, deployment, connection)
    else:
        changed = connections.add_connection(deployment.store, params["name"], connection, int(time.time()))
    return outcome(changed, {}, connections.describe(connection), awaits_consent(connection))


def would_add(module: AnsibleModule, deployment: Deployment, connection: Connection) -> bool:
    """Whether adding would change anything; the client may be one that an earlier task would have added."""
    try:
        return connections.would_add(deployment.store, module.params["name"], connection)
    except NotFound as error:
        module.warn(f"In check mode this is taken as added before: {error}")
        return True


def change(module: AnsibleModule, deployment: Deployment, held: Connection) -> dict[str, Any]:
    """Change what differs."""
    params = module.params
    refuse_another(params, held)
    wanted = connections.ConnectionChange(params["scope"], params["role"], params["entity"], params["rotation_hours"])
    act = connections.preview if module.check_mode else connections.update_settings
    updated = act(deployment.store, params["name"], wanted)
    mended = mend(module, deployment, updated.connection)
    before, after = connections.describe(held), connections.describe(updated.connection)
    return outcome(updated.changed or mended, before, after, updated.consent_needed or awaits_consent(held))


def refuse_another(params: dict[str, Any], held: Connection) -> None:
    """Raise InvalidInput where another client or grant type is asked for: that would be another connection."""
    if params["client"] == held.client and params["grant_type"] in (None, held.grant_type):
        return
    raise InvalidInput(
        f"the connection is one of the client {held.client}, by {held.grant_type}; nothing was changed.",
        subject=params["name"],
        next_step="remove it first, or choose another name.",
    )


def awaits_consent(connection: Connection) -> bool:
    """Whether a person must authorize it for the first time."""
    return connection.grant is None and not connection.is_machine


def mend(module: AnsibleModule, deployment: Deployment, connection: Connection) -> bool:
    """Add the token document where it is missing, as after a crash between adding the two."""
    name = module.params["name"]
    if deployment.store.exists(token_secret(name)):
        return False
    module.warn(f"The token document of {name} is missing: it is added again.")
    if not module.check_mode:
        connections.add_connection(deployment.store, name, connection, int(time.time()))
    return True


def remove(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Let the broker revoke and remove the connection where it is."""
    name = module.params["name"]
    try:
        if not connections.check_removal(deployment.store, name, replicas_go_first=wants_no_replicas(module.params)):
            module.warn(f"The document of {name} is damaged: NetSuite cannot be told to revoke its grant.")
    except NotFound:
        return {"changed": False}
    if not module.check_mode:
        end(module, deployment)
    return {"changed": True, "diff": {"before": {"state": "present"}, "after": {"state": "absent"}}}


def end(module: AnsibleModule, deployment: Deployment) -> None:
    """Order the removal, without replicas where that is asked for. With `force`, say what NetSuite may know."""
    name, force = module.params["name"], module.params["force"]
    give_replicas_up(module, deployment)
    order(deployment.queue, deployment.store, name, "remove", force=force)
    if force:
        module.warn(UNCONFIRMED_IS_ENOUGH)
    if module.params["wait"]:
        wait_for_removal(deployment.store, name, Patience(module.params["wait_timeout"]), force=force)


def outcome(changed: bool, before: dict[str, Any], after: dict[str, Any], consent_needed: bool) -> dict[str, Any]:
    """Return what the module returns."""
    diff = {"before": before, "after": after}
    return {"changed": changed, "connection": after, "consent_needed": consent_needed, "diff": diff}


def main() -> None:
    """Run the module."""
    arguments = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "client": {"type": "str"},
        "scope": {"type": "list", "elements": "str"},
        "role": {"type": "str"},
        "entity": {"type": "str"},
        "grant_type": {"type": "str", "choices": ["authorization_code", "client_credentials"]},
        "rotation_hours": {"type": "int"},
        "readers": {"type": "list", "elements": "str"},
        "replica_regions": {"type": "list", "elements": "str"},
        "force": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 120},
    }
    run(make_module(arguments, required_if=[("state", "present", ("client", "scope"))], supports_check_mode=True), keep)


if __name__ == "__main__":
    main()
