"""`connection update --replica-region`: the token in other regions too."""

from __future__ import annotations

import pytest

from suitetoken.aws.sharing import replicate
from tests.terminals.operator import Desk
from tests.worlds.world import REGION, session

HERE, THERE = REGION, "eu-west-3"


def update(desk: Desk, *options: str) -> tuple[int, str]:
    """Type the command; returns its exit code and what it says."""
    answer = desk.type("connection", "update", "finance", *options)
    return answer.code, answer.err


def test_a_token_is_had_in_another_region_and_no_more(office: Desk) -> None:
    """Shown by the connection; again changes nothing."""
    assert update(office, "--replica-region", THERE)[0] == 0
    assert office.type("connection", "show", "finance", "--json").json["replica_regions"] == [THERE]
    assert "nothing was changed" in update(office, "--replica-region", THERE)[1]
    assert update(office, "--remove-replica-region", THERE)[0] == 0
    assert office.type("connection", "show", "finance", "--json").json["replica_regions"] == []


def test_a_connection_with_replicas_is_not_removed(office: Desk) -> None:
    """Secrets Manager deletes no such secret; the message has the command that takes them away."""
    update(office, "--replica-region", THERE)
    answer = office.type("connection", "remove", "finance", "--yes")
    assert (answer.code, f"--remove-replica-region {THERE}" in answer.err) == (2, True)
    assert office.world.take_messages() == []


def test_one_region_is_not_both_added_and_taken_away(office: Desk) -> None:
    """Which of the two was meant is nothing to guess; a region to take away must look like one as well."""
    assert update(office, "--replica-region", THERE, "--remove-replica-region", THERE)[0] == 2
    assert update(office, "--remove-replica-region", "Paris")[0] == 2
    assert office.type("connection", "show", "finance", "--json").json["replica_regions"] == []


def test_a_dry_run_replicates_nothing(office: Desk) -> None:
    """It says where it would be."""
    code, said = update(office, "--replica-region", THERE, "--dry-run")
    assert (code, "would be" in said) == (0, True)
    assert office.type("connection", "show", "finance", "--json").json["replica_regions"] == []


@pytest.mark.parametrize("region", [HERE, "Paris", "", "eu-west-3; x"])
def test_what_is_no_other_region_is_refused(office: Desk, region: str) -> None:
    """The deployment's own, and what is none."""
    assert update(office, "--replica-region", region)[0] == 2


def test_a_replica_that_aws_could_not_make_is_shown(office: Desk) -> None:
    """With its state and the reason, for people and for machines; asking for it again says what to do."""
    elsewhere = session().client("secretsmanager", region_name=THERE)
    elsewhere.create_secret(Name="suitetoken/token/finance", SecretString="somebody else's")
    update(office, "--replica-region", THERE)
    shown = office.type("connection", "show", "finance", "--json").json
    (replica,) = shown["replicas"]
    assert shown["replica_regions"] == [THERE]
    assert (replica["region"], replica["status"], "already exists" in replica["message"]) == (THERE, "Failed", True)
    assert f"{THERE} (Failed: " in office.type("connection", "show", "finance").out
    code, said = update(office, "--replica-region", THERE)
    assert (code, "as they should be" in said, f"--remove-replica-region {THERE}" in said) == (0, False, True)
    assert f"could not replicate the token to {THERE}" in said


def test_a_replica_that_is_in_sync_says_so(office: Desk) -> None:
    """And no next step."""
    update(office, "--replica-region", THERE)
    assert office.type("connection", "show", "finance", "--json").json["replicas"][0]["status"] == "InSync"
    assert f"{THERE} (InSync)" in office.type("connection", "show", "finance").out
    assert "could not" not in update(office, "--replica-region", THERE)[1]


def test_a_replica_is_under_aws_s_key_of_its_region(office: Desk) -> None:
    """Said rather than left out, so that no default of another place counts."""
    asked: list[dict[str, str]] = []
    events = office.world.store.client.meta.events
    events.register(
        "provide-client-params.secrets-manager.ReplicateSecretToRegions",
        lambda params, **_: asked.extend(params["AddReplicaRegions"]),
    )
    replicate(office.world.store, "token/finance", [THERE], [])
    assert asked == [{"Region": THERE, "KmsKeyId": "alias/aws/secretsmanager"}]
