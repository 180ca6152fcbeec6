"""`connection add` with readers and replicas, as the Ansible module has it: one command, and all or nothing."""

from __future__ import annotations

import pytest

from suitetoken.admin.readers import read_readers
from suitetoken.admin.replicas import read_replicas
from tests.terminals.operator import Desk
from tests.worlds.world import REGION

ADD = ["connection", "add", "nightly", "--client", "acme", "--scope", "restlets"]
READER = "arn:aws:iam::123456789012:role/nightly"
SHARED = ["--reader", READER, "--replica-region", "eu-west-3"]


def test_a_connection_is_shared_from_the_start(office: Desk) -> None:
    """Once or twice, the end is the same; the dry run says it and does nothing."""
    dry = office.type(*ADD, *SHARED, "--dry-run")
    assert (dry.code, READER in dry.err, "eu-west-3" in dry.err) == (0, True, True)
    assert office.type("connection", "show", "nightly").code == 4
    for _ in range(2):
        assert office.type(*ADD, *SHARED).code == 0
        assert read_readers(office.store, "nightly") == (READER,)
        assert [replica.region for replica in read_replicas(office.store, "nightly")] == ["eu-west-3"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--reader", "*"],
        ["--reader", "arn:aws:iam::444455556666:role/elsewhere"],
        ["--replica-region", REGION],
        ["--replica-region", "eu west"],
    ],
)
def test_what_cannot_be_shared_adds_nothing(office: Desk, wrong: list[str]) -> None:
    """Everybody, another account without a key of one's own, the same region, what is none."""
    assert office.type(*ADD, *wrong).code == 2
    assert office.type("connection", "show", "nightly").code == 4
