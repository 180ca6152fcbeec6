"""Two workers at one connection without a person: the readers' token only ever gets newer, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from machine_world import NAME, MachineRoad, machine, make_machine_road
from suitetoken.admin.certificates import register
from world import World

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
