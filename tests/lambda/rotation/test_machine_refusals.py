"""Connections without a person, where NetSuite refuses, fails, or gives something else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests

from local.netsuite.certificates import revoke
from suitetoken.aws.records import update_connection
from suitetoken.documents import Problem
from tests.samples.tokens import NOW
from tests.worlds.machine_world import NAME, MachineRoad, problem_code


def test_the_mapping_is_revoked(machine: MachineRoad) -> None:
    """The last token is served; NetSuite is asked again in a few sweeps of each half hour only, or by force."""
    machine.start()
    (mapped,) = machine.simulator.certificates.values()
    revoke(machine.simulator, mapped)
    machine.pass_time(2100)
    assert (problem_code(machine), machine.serves_good_token) == ("invalid_grant", True)
    asked = len(machine.simulator.token_requests)
    machine.pass_time(7200)
    assert len(machine.simulator.token_requests) - asked <= 5
    mapped.revoked = False
    machine.world.rotate(NAME, force=True)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)
    current = machine.connection.certificates.current
    assert (current and current.proved_at, len(machine.told("Connection Authorized"))) == (NOW, 1)


def test_the_user_leaves(machine: MachineRoad) -> None:
    """It is told as what it is for NetSuite: no grant any more."""
    machine.start()
    machine.simulator.accounts["1234567"].users["12"].active = False
    machine.pass_time(2100)
    assert problem_code(machine) == "invalid_grant"


def test_another_client_id(machine: MachineRoad) -> None:
    """At the first token, server_error is a problem with what to look at."""
    machine.hold(current=machine.upload(machine.make_kms_certificate()))
    machine.world.store.update(
        "client/finance", lambda version: version.body.replace(machine.integration.client_id, "b" * 64)
    )
    machine.world.rotate(NAME)
    problem = machine.connection.problem
    assert problem is not None
    assert (problem.code, "Login Audit Trail" in problem.message) == ("server_error", True)


def test_netsuite_fails_for_a_while(machine: MachineRoad) -> None:
    """With a good token published, server_error is an outage until readers are about to notice."""
    machine.start()
    machine.simulator.faults.add("token", "500", times=1000)
    machine.pass_time(2400)
    assert problem_code(machine) is None
    machine.pass_time(1200)
    assert problem_code(machine) == "server_error"
    machine.simulator.faults = type(machine.simulator.faults)()
    machine.pass_time(300)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)


@pytest.mark.parametrize("kind", ["503", "reset", "timeout-after", "html"])
def test_every_other_failure_passes(machine: MachineRoad, kind: str) -> None:
    """The very same request is simply made again at the next sweep."""
    machine.start()
    machine.simulator.faults.add("token", kind)
    machine.pass_time(2100)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)
    token = machine.world.token(NAME).token
    assert token is not None
    assert token.issued_at > NOW


def test_a_scope_is_not_ticked(machine: MachineRoad) -> None:
    """The request is refused, and the problem says what to tick."""
    machine.integration.scopes = frozenset({"restlets"})
    machine.hold(current=machine.upload(machine.make_kms_certificate()))
    machine.world.rotate(NAME)
    problem = machine.connection.problem
    assert problem is not None
    assert (problem.code, "scopes" in problem.message) == ("request_refused", True)


def test_a_pinned_role_holds(machine: MachineRoad) -> None:
    """A token for another role is dropped, whatever NetSuite's mapping says."""
    certificate = machine.upload(machine.make_kms_certificate(), role="1023")
    machine.world.store.update(
        f"connection/{NAME}", lambda version: version.body.replace('"client":', '"role": "1017", "client":')
    )
    machine.hold(current=certificate)
    machine.world.rotate(NAME)
    assert (problem_code(machine), machine.world.token(NAME).token) == ("wrong_role", None)


def test_an_opaque_token_leaves_the_role_pinned(machine: MachineRoad) -> None:
    """It does not say which role it is for; what is known of the connection stays."""
    machine.start()
    pinned = machine.connection
    assert (pinned.role, pinned.entity) == ("1017", "12")
    update_connection(
        machine.world.store, NAME, lambda now: replace(now, problem=Problem("invalid_grant", "gone", NOW))
    )
    session = machine.make_session()
    send = session.send

    def blur(*args: Any, **options: Any) -> requests.Response:
        answer = send(*args, **options)
        answer._content = json.dumps({**answer.json(), "access_token": "opaque"}).encode()
        return answer

    session.send = blur  # type: ignore[method-assign]
    endpoint: Any = machine.world.broker.token_endpoint
    endpoint._make_session = lambda: session
    machine.world.clock.advance(60)
    machine.world.rotate(NAME, force=True)
    token = machine.world.token(NAME).token
    assert token is not None
    assert (token.access_token, token.role) == ("opaque", "1017")
    assert (machine.connection.problem, machine.connection.role, machine.connection.entity) == (None, "1017", "12")


def test_a_late_loser_does_not_downgrade(machine: MachineRoad) -> None:
    """Somebody registered another certificate while the refusal of the first was on its way: theirs stands."""
    first = machine.upload(machine.make_kms_certificate())
    second = machine.upload(machine.make_kms_certificate())
    machine.hold(current=replace(first, certificate_id="unknown"))
    endpoint = machine.world.broker.token_endpoint
    make_session = endpoint._make_session

    def meanwhile() -> Any:
        machine.hold(current=second)
        return make_session()

    endpoint._make_session = meanwhile
    machine.world.rotate(NAME)
    endpoint._make_session = make_session
    assert machine.connection.problem is None
    machine.world.rotate(NAME)
    assert (problem_code(machine), machine.serves_good_token) == (None, True)


def test_a_problem_of_before_is_not_told_twice(machine: MachineRoad) -> None:
    """A connection that has had its problem told is left alone by the sweeps that follow."""
    machine.hold(current=replace(machine.upload(machine.make_kms_certificate()), certificate_id="unknown"))
    machine.pass_time(3000)
    problem = machine.connection.problem
    assert isinstance(problem, Problem)
    assert len(machine.told("Rotation Failed")) == 1
