"""Connections without a person: how their tokens are rotated."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.samples.tokens import NOW
from tests.worlds.machine_world import NAME, MachineRoad, problem_code

DAY = 86_400


def test_the_first_token(machine: MachineRoad) -> None:
    """It acts as the mapping's role and entity, which the connection is pinned to from then on."""
    certificate = machine.start()
    token = machine.world.token(NAME).token
    assert token is not None
    assert (token.role, token.entity, token.account_id, token.scope) == ("1017", "12", "1234567", ("rest_webservices",))
    assert (token.grant_id, token.authorized_at) == (certificate.grant_id, NOW)
    assert (token.expires_at, problem_code(machine)) == (NOW + 3600, None)
    assert (machine.connection.role, machine.connection.entity, machine.connection.grant) == (
        "1017",
        "12",
        None,
    )
    assert [event["DetailType"] for event in machine.events] == ["Connection Authorized", "Token Rotated"]


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "PS256"])
def test_keys_in_secrets_manager(machine: MachineRoad, algorithm: str) -> None:
    """Each kind of key that NetSuite takes signs from there too."""
    machine.start(machine.make_secret_certificate(algorithm))


def test_a_year_passes_without_a_person(machine: MachineRoad) -> None:
    """Day after day a good token, and the grant id never changes."""
    certificate = machine.start()
    for _ in range(4):
        machine.world.clock.advance(70 * DAY)
        machine.pass_time(4000)
        token = machine.world.token(NAME).token
        assert token is not None
        assert (machine.serves_good_token, token.grant_id) == (True, certificate.grant_id)


def test_the_refresh_is_due_at_half_of_the_life(machine: MachineRoad) -> None:
    """Nothing is spent by asking, so there is no reason to wait longer, client secret or not."""
    machine.start()
    token = machine.world.token(NAME).token
    assert token is not None
    assert NOW + 1620 <= token.refresh_at <= NOW + 1800
    machine.world.clock.advance(1500)
    machine.world.rotate(NAME)
    assert len(machine.simulator.token_requests) == 1


def test_a_quiet_rotation_writes_the_token_alone(machine: MachineRoad) -> None:
    """The connection's document stays the same version for ever."""
    machine.start()
    before = machine.world.store.read(f"connection/{NAME}").id
    machine.pass_time(7200)
    assert machine.world.store.read(f"connection/{NAME}").id == before
    assert len(machine.simulator.token_requests) > 3


def test_without_a_certificate_it_waits(machine: MachineRoad) -> None:
    """Nothing is sent, and readers are told what is missing."""
    machine.pass_time(900)
    assert (problem_code(machine), machine.simulator.token_requests, machine.events) == (
        "not_authorized",
        [],
        [],
    )
    machine.hold(current=machine.make_kms_certificate())
    machine.pass_time(300)
    assert (problem_code(machine), machine.simulator.token_requests) == ("not_authorized", [])


def test_people_are_reminded_of_the_certificates_end(machine: MachineRoad) -> None:
    """60, 30, 14 and 7 days before, once each, with the command; after the end it is a problem."""
    certificate = machine.start()
    left = []
    for days in (304, 305, 306, 334, 335, 336, 351, 352, 358, 359, 364, 366):
        before = len(machine.told("Certificate Ending"))
        machine.world.clock.now = NOW + days * DAY
        machine.world.rotate(NAME)
        left += [(certificate.valid_until - NOW) // DAY - days] * (len(machine.told("Certificate Ending")) - before)
    assert left == [60, 30, 14, 7]
    assert all(
        "suitetoken certificate rotate finance" in told["message"] for told in machine.told("Certificate Ending")
    )
    assert problem_code(machine) == "certificate_expired"
    assert all(request.outcome == "ok" for request in machine.simulator.token_requests)


def test_giving_the_certificate_up(machine: MachineRoad) -> None:
    """Readers lose the token at once, nothing is asked any more, and the key is not forgotten."""
    certificate = machine.start()
    machine.world.rotate(NAME, action="revoke")
    assert (problem_code(machine), machine.world.token(NAME).token) == ("revoked", None)
    old = machine.connection.certificates.old
    assert old is not None
    assert (old.key, machine.connection.certificates.current) == (certificate.key, None)
    asked = len(machine.simulator.token_requests)
    machine.pass_time(1800)
    assert (problem_code(machine), len(machine.simulator.token_requests)) == ("revoked", asked)
    machine.start()
    assert problem_code(machine) is None


def test_removing_the_connection(machine: MachineRoad) -> None:
    """Both documents go, as with any connection."""
    machine.start()
    machine.world.rotate(NAME, action="remove")
    assert not any(machine.world.store.exists(f"{kind}/{NAME}") for kind in ("connection", "token"))


def test_no_function_pays_for_cryptography_that_does_not_sign_with_it() -> None:
    """It is imported when a private key of Secrets Manager signs, and never before."""
    code = "import sys, token_broker.rotate, token_broker.web; sys.exit('cryptography' in sys.modules)"
    paths = [path for path in sys.path if path]
    done = subprocess.run(  # noqa: S603 (our own interpreter and code)
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(paths)}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
