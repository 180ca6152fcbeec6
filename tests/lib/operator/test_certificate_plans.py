"""`suitetoken certificate` where a certificate is there already, and what would be made before it is made."""

from __future__ import annotations

import pytest

from local.netsuite.world import ACCOUNTANT
from tests.terminals.machine_operator import NAME, MachineDesk

REGISTER = ("certificate", "register", NAME, "--certificate-id")


def test_what_is_typed_of_a_key_in_vain_is_said(machine_desk: MachineDesk) -> None:
    """The certificate is there already: which options have no effect, what it is instead, and how to get another."""
    made = machine_desk.type("certificate", "create", NAME)
    early = machine_desk.type("certificate", "create", NAME, "--key-spec", "RSA_4096", "--days", "30")
    assert ("--key-spec, --days" in early.err, "ES256" in early.err, "register it" in early.err) == (True,) * 3
    assert "No effect" not in machine_desk.type("certificate", "create", NAME).err
    machine_desk.type(*REGISTER, machine_desk.upload(made.out))
    late = machine_desk.type("certificate", "create", NAME, "--key-store", "secrets-manager")
    assert ("--key-store" in late.err, "key in kms" in late.err, "register it" in late.err) == (True, True, False)


def test_what_is_typed_of_a_key_in_vain_is_said_of_the_next_one_too(machine_desk: MachineDesk) -> None:
    """A rotation that is under way goes on with the certificate that it began with."""
    machine_desk.start()
    machine_desk.simulator.certificate_roles.discard(ACCOUNTANT)
    begun = machine_desk.type("certificate", "rotate", NAME)
    assert (begun.code, begun.out.startswith("-----BEGIN")) == (0, True)
    again = machine_desk.type("certificate", "rotate", NAME, "--key-spec", "RSA_4096")
    assert (again.out, "No effect: --key-spec" in again.err, "ES256" in again.err) == (begun.out, True, True)
    dry = machine_desk.type("certificate", "rotate", NAME, "--dry-run", "--json")
    assert (dry.json, "Would make nothing" in dry.err) == ({"connection": NAME, "would_make": None}, True)


@pytest.mark.parametrize("command", ["create", "rotate"])
def test_a_dry_run_is_json_where_a_machine_asks(machine_desk: MachineDesk, command: str) -> None:
    """It gets the kind of key and certificate that would be made."""
    if command == "rotate":
        machine_desk.start()
    answer = machine_desk.type("certificate", command, NAME, "--days", "30", "--dry-run", "--json")
    kind = {"key_spec": "ECC_NIST_P256", "key_store": "kms", "days": 30}
    assert (answer.code, answer.json) == (0, {"connection": NAME, "would_make": kind})


def test_a_dry_run_registers_nothing_twice(machine_desk: MachineDesk) -> None:
    """An id that is recorded and works is told as such, as the act tells it."""
    machine_desk.start()
    current = machine_desk.held.current
    assert current is not None
    answer = machine_desk.type(*REGISTER, str(current.certificate_id), "--dry-run")
    assert (answer.code, "nothing would be changed" in answer.err) == (0, True)
