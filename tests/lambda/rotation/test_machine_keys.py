"""Signing keys of connections without a person: what happens when one does not sign."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.worlds.machine_world import NAME, MachineRoad, fail_kms, problem_code


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("DisabledException", "disabled"),
        ("KMSInvalidStateException", "deletion"),
        ("AccessDeniedException", "refuses"),
        ("NotFoundException", "gone"),
        ("InvalidKeyUsageException", "not for signing"),
    ],
)
def test_a_key_that_does_not_sign(machine: MachineRoad, code: str, word: str) -> None:
    """The last token is served until its end; the problem says what happened to the key; people hear of it once."""
    machine.start()
    fail_kms(machine, code)
    machine.pass_time(3000, sweep=600)
    assert (problem_code(machine), machine.serves_good_token) == ("signing_failed", True)
    assert len(machine.simulator.token_requests) == 1
    (told,) = machine.told("Rotation Failed")
    assert (told["problem"], word in told["message"], "link" in told) == ("signing_failed", True, False)


def test_a_key_that_signs_again(machine: MachineRoad) -> None:
    """Nobody has to tell us: the next sweep tries."""
    machine.start()
    mend = fail_kms(machine, "DisabledException")
    machine.pass_time(2400, sweep=600)
    mend()
    machine.pass_time(300)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)


@pytest.mark.parametrize("code", ["ThrottlingException", "KMSInternalException", "DependencyTimeoutException"])
def test_kms_fails_for_a_while(machine: MachineRoad, code: str) -> None:
    """That is nobody's problem: the next sweep tries again."""
    machine.start()
    fail_kms(machine, code)
    machine.pass_time(2100)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)


def test_the_secret_of_the_key_is_gone(machine: MachineRoad) -> None:
    """As with a key of KMS."""
    certificate = machine.start(machine.make_secret_certificate())
    machine.world.store.delete(certificate.key)
    machine.pass_time(2100)
    assert (problem_code(machine), machine.serves_good_token) == ("signing_failed", True)


@pytest.mark.parametrize("body", ["no key", ""])
def test_the_secret_holds_no_key(machine: MachineRoad, body: str) -> None:
    """The problem says so and shows nothing of what is there."""
    certificate = machine.start(machine.make_secret_certificate())
    machine.world.store.update(
        certificate.key, lambda _: body or "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    )
    machine.pass_time(2100)
    assert problem_code(machine) == "signing_failed"


def test_the_secret_holds_another_kind_of_key(machine: MachineRoad) -> None:
    """An RSA key signs no ES256."""
    certificate, other = machine.make_secret_certificate(), machine.make_secret_certificate("PS256", number=1)
    machine.hold(current=replace(machine.upload(certificate), key=other.key))
    machine.world.rotate(NAME)
    assert problem_code(machine) == "signing_failed"


def test_another_key_than_the_certificates(machine: MachineRoad) -> None:
    """NetSuite sees it and refuses the client; the problem names what to compare."""
    certificate, other = machine.upload(machine.make_kms_certificate()), machine.make_kms_certificate()
    machine.hold(current=replace(certificate, key=other.key))
    machine.world.rotate(NAME)
    problem = machine.connection.problem
    assert problem is not None
    assert (problem.code, "certificate register" in problem.message) == ("invalid_client", True)


def test_a_failure_to_sign_is_counted(machine: MachineRoad, capsys: pytest.CaptureFixture[str]) -> None:
    """The alarm `signing-failures` watches this metric, under this dimension."""
    machine.start()
    fail_kms(machine, "DisabledException")
    capsys.readouterr()
    machine.world.rotate(NAME, force=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [line for line in lines if "SigningFailures" in line]
    assert [(line["SigningFailures"], line["prefix"]) for line in counted] == [([1.0], "suitetoken")]
