"""Two workers or operators at one connection without a person: tokens only get newer, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest

from suitetoken.admin.certificates import Keys, Wanted, create, register, retire
from suitetoken.errors import Conflict
from suitetoken.netsuite.machine import parse_key_spec
from tests.crashes.kill import Killed, watch
from tests.crashes.two_at_once import Interrupter
from tests.memory_aws.world import make_memory_world
from tests.worlds.machine_world import NAME, MachineRoad, machine, make_machine_road, make_silent_road
from tests.worlds.world import REGION, World

__all__ = ["machine"]


def while_it_asks(machine: MachineRoad, meanwhile: Callable[[], object]) -> World:
    """Return the world as a worker sees it whose first token request is overtaken by `meanwhile`."""
    worker = machine.world.make_runtime()
    endpoint = worker.broker.token_endpoint
    make_session = endpoint._make_session
    todo = [meanwhile]

    def slow() -> Any:
        if todo:
            todo.pop()()
        return make_session()

    endpoint._make_session = slow
    return replace(machine.world, runtime=worker)


def test_a_slow_worker_does_not_put_an_older_token_over_a_newer_one(machine: MachineRoad) -> None:
    """Each asks for itself; what was asked for later stays."""
    machine.start()
    machine.world.clock.advance(2000)

    def overtake() -> None:
        machine.world.clock.advance(60)
        machine.world.rotate(NAME, force=True)

    while_it_asks(machine, overtake).rotate(NAME)
    token = machine.world.token(NAME).token
    assert token is not None
    assert token.issued_at == int(machine.world.clock())


def test_giving_up_while_a_token_is_on_its_way(machine: MachineRoad) -> None:
    """A token that arrives after the certificate was given up is not published."""
    machine.start()
    machine.world.clock.advance(2000)
    while_it_asks(machine, lambda: machine.world.rotate(NAME, action="revoke")).rotate(NAME)
    document = machine.world.token(NAME)
    assert document.token is None
    assert document.problem is not None
    assert document.problem.code == "revoked"


@pytest.mark.parametrize("kind", ["kms", "secret"])
def test_registering_the_next_one_while_the_present_one_asks(kind: str) -> None:
    """The present one's token is published; the next rotation moves over."""
    with make_machine_road() as machine:
        machine.start()
        made = machine.make_kms_certificate() if kind == "kms" else machine.make_secret_certificate()
        following = machine.upload(made)
        machine.hold(next=replace(following, certificate_id=None))
        machine.world.clock.advance(2000)
        worker = while_it_asks(machine, lambda: register(machine.world.store, NAME, str(following.certificate_id)))
        worker.rotate(NAME)
        held = machine.connection.certificates
        assert held.next is not None
        assert held.next.certificate_id == following.certificate_id
        machine.world.clock.advance(60)
        machine.world.rotate(NAME, force=True)
        current = machine.connection.certificates.current
        assert current is not None
        assert current.thumbprint == following.thumbprint
        assert machine.serves_good_token


def test_two_workers_prove_the_next_certificate_at_once(machine: MachineRoad) -> None:
    """It moves over once; the one before is the old one and not itself."""
    first = machine.start()
    following = machine.upload(machine.make_kms_certificate())
    machine.hold(next=following)
    machine.world.clock.advance(60)
    while_it_asks(machine, lambda: machine.world.rotate(NAME, force=True)).rotate(NAME, force=True)
    held = machine.connection.certificates
    assert held.current is not None
    assert held.old is not None
    assert (held.current.thumbprint, held.old.thumbprint) == (following.thumbprint, first.thumbprint)
    assert machine.serves_good_token


@pytest.mark.parametrize("works", [True, False])
def test_another_certificate_shall_follow_by_now(machine: MachineRoad, works: bool) -> None:
    """Whether the one before it worked or not: theirs stays, and nothing is told of the one that is gone."""
    first = machine.start()
    following = machine.upload(machine.make_kms_certificate())
    another = machine.upload(machine.make_kms_certificate())
    machine.hold(next=following if works else replace(following, certificate_id="unknown"))
    machine.world.clock.advance(60)
    told = len(machine.events)
    while_it_asks(machine, lambda: machine.hold(next=another)).rotate(NAME, force=True)
    held = machine.connection.certificates
    assert held.current is not None
    assert (held.current.thumbprint, held.next, held.old) == (first.thumbprint, another, None)
    assert (machine.told("Rotation Failed"), len(machine.told("Connection Authorized")), machine.serves_good_token) == (
        [],
        1,
        True,
    )
    assert len(machine.events) - told <= 1


def test_a_token_of_a_certificate_that_is_not_in_use_any_more(machine: MachineRoad) -> None:
    """Another certificate was registered in its place while the first one asked: its token is not published."""
    machine.hold(current=machine.upload(machine.make_kms_certificate()))
    second = machine.upload(machine.make_kms_certificate())
    while_it_asks(machine, lambda: machine.hold(current=second)).rotate(NAME)
    assert machine.world.token(NAME).token is None
    machine.world.rotate(NAME)
    token = machine.world.token(NAME).token
    assert token is not None
    assert token.grant_id == second.grant_id


def test_retiring_while_another_operator_has_moved_on(machine: MachineRoad) -> None:
    """The certificate that is the one before by now stays, or nobody would revoke it and give its key up."""
    oldest = machine.start()
    previous = machine.upload(machine.make_kms_certificate())
    machine.hold(current=previous, old=oldest)

    def move_on() -> None:
        machine.hold(current=machine.upload(machine.make_kms_certificate()), old=previous)

    kms, todo = boto3.client("kms", region_name=REGION), [move_on]
    kms.meta.events.register("before-call.kms.ScheduleKeyDeletion", lambda **_: todo.pop()())
    assert retire(Keys(kms, machine.world.store), NAME) == oldest
    assert (todo, machine.connection.certificates.old) == ([], previous)


@dataclass
class Mortal(Interrupter):
    """Dies before the call with this number; lives on where there is none."""

    dies_at: int | None = None

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Act, or die."""
        if len(self.calls) == self.dies_at:
            raise Killed(name)
        return super().write(name, act, lost)

    read = write


def make_certificate_at_once(key_store: str, at: int | None, dies_at: int | None) -> tuple[int, int]:
    """Let an operator make a certificate before another one's call `at`; returns how many calls each of them made.

    The one that the connection has in the end gets a token, and no private key but its own stays where nobody died.
    """
    wanted = Wanted(parse_key_spec("ECC_NIST_P256"), key_store, 365)
    with make_silent_road(make_memory_world) as machine:

        def make(operator: Interrupter) -> None:
            watched = watch(machine.world, machine.make_session, operator)
            with suppress(Killed, Conflict):
                create(Keys(watched.broker.signers._kms, watched.store), NAME, wanted, machine.world.clock())

        other = Mortal(dies_at=dies_at)
        first = Interrupter(at, lambda: make(other))
        make(first)
        made = machine.connection.certificates.current
        assert made is not None
        machine.hold(current=machine.upload(made))
        machine.world.rotate(NAME, force=True)
        assert machine.serves_good_token
        client: Any = machine.world.store.client
        keys = [held for name, held in client.held.items() if "/key/" in name and held.deleted_at is None]
        assert dies_at is not None or len(keys) <= 1
        return len(first.calls), len(other.calls)


@pytest.mark.slow
@pytest.mark.parametrize("key_store", ["kms", "secrets-manager"])
def test_two_operators_make_a_certificate_at_once(key_store: str) -> None:
    """Whoever comes first, and wherever the other one's command ends: the certificate is of the key that signs."""
    calls, _ = make_certificate_at_once(key_store, None, None)
    tried = 0
    for at in range(calls):
        _, of_other = make_certificate_at_once(key_store, at, None)
        for dies_at in range(of_other):
            make_certificate_at_once(key_store, at, dies_at)
            tried += 1
    assert tried > 30
