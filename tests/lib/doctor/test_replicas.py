"""Replicas of tokens: made, under way, and the ones that Secrets Manager could not make."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from suitetoken.admin.doctor import Mark
from suitetoken.admin.doctor.replicas import judge_replicas, read_all_replicas
from suitetoken.aws.sharing import Replica, replicate
from tests.samples.tokens import CONFIDENTIAL
from tests.worlds.world import World, make_world, session

FREE, TAKEN = "eu-west-3", "eu-north-1"


@pytest.fixture
def world() -> Iterator[World]:
    """A deployment with two connections, and in one region a secret that has the name of a token's."""
    with make_world(requests.Session) as world:
        for name in ("audit", "finance"):
            world.add_connection(name, CONFIDENTIAL)
        elsewhere = session().client("secretsmanager", region_name=TAKEN)
        elsewhere.create_secret(Name="suitetoken/token/finance", SecretString="somebody else's")
        yield world


def test_without_replicas_there_is_no_line(world: World) -> None:
    """Nor for a connection that was removed since it was listed."""
    assert judge_replicas(read_all_replicas(world.store, ["audit", "gone"])) == []


def test_a_replica_that_failed_is_wrong(world: World) -> None:
    """Named with its region, AWS's reason and the commands that try again; the others are counted."""
    replicate(world.store, "token/finance", [FREE, TAKEN], [])
    counted, fault = judge_replicas(read_all_replicas(world.store, ["audit", "finance"]))
    assert (counted.mark, counted.message[:6]) == (Mark.RIGHT, "1 of 2")
    assert (fault.mark, fault.message.startswith(f"finance: {TAKEN} (Failed: ")) == (Mark.WRONG, True)
    assert f"suitetoken connection update finance --remove-replica-region {TAKEN}" in fault.next_step


def test_a_replica_under_way_is_no_fault() -> None:
    """It takes seconds to minutes."""
    (line,) = judge_replicas({"finance": (Replica(FREE, "InProgress"),)})
    assert (line.mark, line.message) == (Mark.RIGHT, "1 of 1 are there or under way.")
