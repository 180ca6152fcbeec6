"""A certificate that shall follow another: it takes over once it works, and never interrupts anybody."""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from suitetoken.aws.records import update_token
from suitetoken.documents import TokenDocument
from tests.samples.tokens import NOW
from tests.worlds.machine_world import NAME, MachineRoad, fail_kms, problem_code
from tests.worlds.world import REGION

DAY = 86_400


def test_a_following_certificate_takes_over(machine: MachineRoad) -> None:
    """From its first token on it is the one in use; the other is kept to be revoked; readers get its token."""
    first = machine.start()
    following = machine.upload(machine.make_kms_certificate())
    machine.hold(next=following)
    machine.world.clock.advance(60)
    machine.world.rotate(NAME, force=True)
    held = machine.connection.certificates
    assert held.current is not None
    assert held.old is not None
    assert (held.current.thumbprint, held.next, held.old.thumbprint) == (following.thumbprint, None, first.thumbprint)
    token = machine.world.token(NAME).token
    assert token is not None
    assert (token.grant_id, token.authorized_at) == (following.grant_id, NOW + 60)


def test_people_are_reminded_of_the_following_one_too(machine: MachineRoad) -> None:
    """Who was reminded of the first one's end is reminded of the second one's anew."""
    machine.start()
    machine.world.clock.advance(359 * DAY)
    machine.world.rotate(NAME)
    assert (len(machine.told("Certificate Ending")), machine.connection.reminded_at is None) == (1, False)
    machine.hold(next=machine.upload(replace(machine.make_kms_certificate(), valid_until=NOW + 365 * DAY)))
    machine.world.clock.advance(3600)
    machine.world.rotate(NAME, force=True)
    assert machine.connection.certificates.next is None
    assert machine.connection.reminded_at is None


@pytest.mark.parametrize("harm", ["unknown id", "disabled key", "another role"])
def test_a_following_certificate_that_does_not_work(machine: MachineRoad, harm: str) -> None:
    """The one in use goes on; the other is set aside with the reason, told once, and not tried again."""
    first = machine.start()
    following = machine.upload(machine.make_kms_certificate(), role="1023" if harm == "another role" else "1017")
    if harm == "unknown id":
        following = replace(following, certificate_id="unknown")
    if harm == "disabled key":
        fail_kms(machine, "DisabledException", following.key)
    machine.hold(next=following)
    machine.pass_time(9000)
    held = machine.connection.certificates
    assert held.next is not None
    assert held.next.problem is not None
    assert (held.current and held.current.thumbprint, held.old) == (first.thumbprint, None)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)
    assert len(machine.told("Rotation Failed")) == 1


@pytest.mark.parametrize("fault", ["500", "403-html", "401-invalid_client", "400-temporarily_unavailable"])
def test_one_refusal_of_a_following_certificate_is_weather(machine: MachineRoad, fault: str) -> None:
    """It takes over at the next rotation, and nobody was told anything."""
    machine.start()
    following = machine.upload(machine.make_kms_certificate())
    machine.hold(next=following)
    machine.simulator.faults.add("token", fault)
    machine.pass_time(2100)
    held = machine.connection.certificates
    assert held.next is not None
    assert held.next.problem is not None
    assert (held.next.problem.unconfirmed, held.next.confirmed_problem) == (True, None)
    machine.pass_time(2100)
    held = machine.connection.certificates
    assert (held.current and held.current.thumbprint, held.next) == (following.thumbprint, None)
    assert machine.told("Rotation Failed") == []


def test_a_following_certificate_takes_over_though_its_workers_clock_is_behind(machine: MachineRoad) -> None:
    """Readers get its tokens: their order does not depend on whose clock is ahead."""
    machine.world.clock.advance(20)
    machine.start()
    machine.world.clock.advance(-15)
    following = machine.upload(machine.make_kms_certificate())
    machine.hold(next=following)
    machine.world.rotate(NAME, force=True)
    machine.pass_time(7200)
    token = machine.world.token(NAME).token
    assert token is not None
    assert (token.grant_id, machine.serves_good_token) == (following.grant_id, True)


def test_tokens_that_never_reach_readers_are_a_problem(machine: MachineRoad) -> None:
    """Somebody put a document of the future there: it is told once what it holds has ended."""
    first = machine.start()
    held = machine.world.token(NAME).token
    assert held is not None
    ahead = replace(held, grant_id="0" * 32, authorized_at=NOW + 86_400)
    update_token(machine.world.store, NAME, lambda _: TokenDocument(ahead))
    machine.pass_time(5400)
    problem = machine.connection.problem
    assert problem is not None
    assert (problem.code, len(machine.told("Rotation Failed"))) == ("no_newer_token", 1)
    assert machine.connection.certificates.current == replace(first, proved_at=NOW)


def test_a_following_certificate_saves_an_expired_one(machine: MachineRoad) -> None:
    """Registered too late is better than never."""
    machine.start()
    machine.world.clock.advance(366 * DAY)
    machine.world.rotate(NAME)
    assert problem_code(machine) == "certificate_expired"
    late = replace(machine.make_kms_certificate(), valid_until=NOW + 500 * DAY)
    uploaded = replace(late, certificate_id="late")
    (mapped,) = machine.simulator.certificates.values()
    later = replace(mapped, id="late", public_key=None, valid_until=NOW + 500 * DAY)
    kms = boto3.client("kms", region_name=REGION)
    later.public_key = load_der_public_key(kms.get_public_key(KeyId=late.key)["PublicKey"])
    machine.simulator.certificates["late"] = later
    machine.hold(next=uploaded)
    machine.world.rotate(NAME)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)
