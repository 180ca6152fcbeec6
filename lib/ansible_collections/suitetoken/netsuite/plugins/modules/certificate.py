#!/usr/bin/python
"""The module `suitetoken.netsuite.certificate`: what a connection without a person proves itself with."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate
short_description: Keep the certificate of a connection of suitetoken that no person authorizes
version_added: 1.0.0
description:
  - Makes the key and the first certificate of a connection whose grant type is V(client_credentials), registers the id
    that NetSuite gives the certificate, and moves on to the next one before it ends. Readers are never interrupted.
  - Private keys stay in AWS KMS or Secrets Manager and are in no result. The certificate itself is public.
author: the suitetoken maintainers (@suitetoken)
extends_documentation_fragment: suitetoken.netsuite.deployment
attributes:
  check_mode:
    description: Checks everything, changes nothing.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
options:
  name:
    description: The connection's name.
    type: str
    required: true
  certificate_id:
    description:
      - The id that NetSuite shows for the newest certificate once an administrator has uploaded RV(pem).
      - It is proved by a first token. Refused where a certificate that works is registered under another id.
    type: str
  renew_within:
    description:
      - Makes the next certificate once the one in use has at most this many days left. With V(0) never.
      - It is uploaded, and the one before revoked, where the connection's role may do that in NetSuite; otherwise
        RV(upload_needed) is true.
    type: int
    default: 0
  key_store:
    description: Where new private keys are kept. AWS KMS never gives one away.
    type: str
    choices: [kms, secrets-manager]
    default: kms
  key_spec:
    description: The kind of new keys.
    type: str
    choices: [ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, RSA_3072, RSA_4096]
    default: ECC_NIST_P256
  days:
    description: How many days new certificates are valid, two years at most.
    type: int
    default: 730
  wait_timeout:
    description: How many seconds to wait at most for the first token of a certificate.
    type: int
    default: 120
requirements:
  - suitetoken[m2m], which brings the library that makes certificates
"""

EXAMPLES = r"""
- name: Keep a certificate, and renew it 60 days before it ends
  suitetoken.netsuite.certificate:
    name: nightly
    certificate_id: "{{ nightly_certificate_id | default(omit) }}"
    renew_within: 60
  register: nightly

- name: Show what an administrator must upload
  ansible.builtin.debug:
    msg: "{{ nightly.pem }}"
  when: nightly.upload_needed
"""

RETURN = r"""
certificates:
  description: The connection's certificates, the one in use first, as C(suitetoken certificate show --json) tells them.
  returned: success
  type: list
  elements: dict
  sample: [{place: current, state: registered, algorithm: ES256, valid_until_at: 1863000000}]
pem:
  description: The newest certificate, to be uploaded; empty in check mode where none has been made.
  returned: success
  type: str
upload_needed:
  description: Whether an administrator must upload the newest certificate and give its id as O(certificate_id).
  returned: success
  type: bool
steps:
  description: What was done, in words.
  returned: success
  type: list
  elements: str
"""

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.suitetoken.netsuite.plugins.module_utils.deployment import make_module, run

with contextlib.suppress(ImportError):
    from suitetoken.admin import certificates
    from suitetoken.admin.certificate_handover import Handover
    from suitetoken.admin.certificate_proof import wait_for_proof
    from suitetoken.admin.orders import order
    from suitetoken.admin.waiting import Patience
    from suitetoken.documents import Certificate, Certificates
    from suitetoken.errors import NotFound
    from suitetoken.netsuite.machine import parse_days, parse_key_spec

KEY_SPECS = ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "RSA_3072", "RSA_4096"]
DAY_SECONDS = 86_400

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def keep(module: AnsibleModule, deployment: Deployment) -> dict[str, Any]:
    """Make, register and renew, each where it is due."""
    steps: list[str] = []
    params, handover = module.params, open_handover(module, deployment, steps)
    wanted = certificates.Wanted(parse_key_spec(params["key_spec"]), params["key_store"], parse_days(params["days"]))
    try:
        changed = create(module, handover, wanted)
        changed = register(module, handover) or changed
        changed = renew(module, handover, wanted) or changed
        held = read_held(handover)
    except NotFound as error:
        if not module.check_mode:
            raise
        module.warn(f"In check mode this is taken as added before: {error}")
        changed, held = True, Certificates()
    return {"changed": changed, "steps": steps, **tell(held)}


def open_handover(module: AnsibleModule, deployment: Deployment, steps: list[str]) -> Handover:
    """Return the connection's way to another certificate, which notes its steps."""
    name = module.params["name"]

    def prove(registered: Certificate) -> None:
        order(deployment.queue, deployment.store, name, "rotate", force=True)
        wait_for_proof(deployment.store, name, registered, Patience(module.params["wait_timeout"]))
        steps.append(f"Got a token with the certificate {registered.certificate_id}.")

    return Handover(deployment, name, prove, steps.append)


def read_held(handover: Handover) -> Certificates:
    """Return the certificates of the connection. Raises InvalidInput where a person authorizes it."""
    return certificates.read_machine(handover.deployment.store, handover.name).certificates


def create(module: AnsibleModule, handover: Handover, wanted: certificates.Wanted) -> bool:
    """Make the first certificate where there is none."""
    if read_held(handover).current is not None:
        return False
    if not module.check_mode:
        certificates.create(handover.keys, handover.name, wanted, time.time())
        handover.say(f"Made a certificate for {handover.name}.")
    return True


def register(module: AnsibleModule, handover: Handover) -> bool:
    """Register the id that was given, unless it is that of a certificate which another follows already."""
    wanted, store = module.params["certificate_id"], handover.deployment.store
    connection = certificates.read_machine(store, handover.name)
    held = connection.certificates
    newest = held.next or held.current
    if wanted is None or newest is None or (held.next and held.current and held.current.certificate_id == wanted):
        return False
    if not module.check_mode:
        return handover.register(wanted)
    return certificates.preview_registration(store, handover.name, wanted)


def renew(module: AnsibleModule, handover: Handover, wanted: certificates.Wanted) -> bool:
    """Move on to the next certificate where the one in use ends soon."""
    before = read_held(handover)
    if not is_ending(before.current, module.params["renew_within"] * DAY_SECONDS):
        return False
    if module.check_mode:
        certificates.preview_rotation(handover.deployment.store, handover.name)
    elif handover.rotate(wanted, time.time()) is not None:
        return read_held(handover) != before
    return True


def is_ending(certificate: Certificate | None, seconds: int) -> bool:
    """Whether a certificate that has worked is valid for no longer than this."""
    if certificate is None or certificate.proved_at is None or not seconds:
        return False
    return certificate.valid_until - time.time() <= seconds


def tell(held: Certificates) -> dict[str, Any]:
    """Return what the module tells of the certificates."""
    newest = held.next or held.current
    return {
        "certificates": certificates.describe_all(held),
        "pem": newest.pem if newest else "",
        "upload_needed": newest is not None and newest.certificate_id is None,
    }


def main() -> None:
    """Run the module."""
    arguments = {
        "name": {"type": "str", "required": True},
        "certificate_id": {"type": "str"},
        "renew_within": {"type": "int", "default": 0},
        "key_store": {"type": "str", "choices": ["kms", "secrets-manager"], "default": "kms", "no_log": False},
        "key_spec": {"type": "str", "choices": KEY_SPECS, "default": KEY_SPECS[0], "no_log": False},
        "days": {"type": "int", "default": 730},
        "wait_timeout": {"type": "int", "default": 120},
    }
    run(make_module(arguments, supports_check_mode=True), keep)


if __name__ == "__main__":
    main()
