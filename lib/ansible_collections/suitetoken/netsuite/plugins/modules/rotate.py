#!/usr/bin/python
"""The module `suitetoken.netsuite.rotate`: a new access token, now."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: rotate
short_description: Ask suitetoken's broker for a new access token now
version_added: 1.0.0
description:
  - Rotation needs no asking; it is done long before a token expires. This asks for it out of turn.
  - A token under ten minutes old is left as it is, unless forced.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: Asks for nothing.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
options:
  name:
    description: The connection's name.
    type: str
    required: true
  force:
    description: Whether to rotate a token under ten minutes old too, or to try a refused client again at once.
    type: bool
    default: false
  wait:
    description: Whether to wait until the new token is there. Fails where a person must act first.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: A fresh token before the long job
  suitetoken.netsuite.rotate:
    name: finance-prod
"""

RETURN = r"""
expires_at:
  description: When the connection's token ends, epoch seconds; null where it has none.
  returned: success
  type: int
"""

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run

with contextlib.suppress(ImportError):
    from suitetoken.admin.orders import order
    from suitetoken.admin.waiting import Patience, look_before, wait_for_rotation, will_rotate
    from suitetoken.aws.records import find_token
    from suitetoken.documents import TokenDocument

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def rotate(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Ask for a rotation where the broker would act on it."""
    params, store = module.params, deployment.store
    before = look_before(store, params["name"])
    changed = will_rotate(before.token.document, int(time.time()), force=params["force"])
    if changed and not module.check_mode:
        order(deployment.queue, store, params["name"], "rotate", force=params["force"])
        if params["wait"]:
            wait_for_rotation(store, params["name"], before, Patience(params["wait_timeout"]))
    return {"changed": changed, "expires_at": find_end(find_token(store, params["name"]).document)}


def find_end(document: TokenDocument | None) -> int | None:
    """Return when the token of a document ends."""
    return document.token.expires_at if document is not None and document.token is not None else None


def main() -> None:
    """Run the module."""
    arguments = {
        "name": {"type": "str", "required": True},
        "force": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 120},
    }
    run(make_module(arguments, supports_check_mode=True), rotate)


if __name__ == "__main__":
    main()
