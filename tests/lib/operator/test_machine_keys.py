"""Private keys of certificates: which one an operator's command makes, finds again, leaves alone or gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from suitetoken.admin.machine_keys import PAUSES, give_up, make_kms_key, make_secret_key, open_kms_key, point_alias
from suitetoken.errors import AccessDenied
from suitetoken.netsuite.machine import KeySpec, parse_key_spec
from tests.worlds.machine_world import NAME, MachineRoad, machine
from tests.worlds.world import REGION

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

__all__ = ["machine"]

ALIAS = f"alias/suitetoken-{NAME}"
P256, P384 = parse_key_spec("ECC_NIST_P256"), parse_key_spec("ECC_NIST_P384")


@pytest.fixture
def kms(machine: MachineRoad) -> KMSClient:
    """KMS without any key."""
    assert machine.world
    client: KMSClient = boto3.client("kms", region_name=REGION)
    return client


def make(kms: KMSClient, spec: KeySpec = P256, used: tuple[str, ...] = ()) -> str:
    """Make the key of the connection's certificate, or find the one that was left."""
    return make_kms_key(kms, {"suitetoken": "suitetoken"}, NAME, spec, ALIAS, used)


def find_aliased(kms: KMSClient) -> str:
    """Return the key that the alias leads to."""
    return kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"]


def read_state(kms: KMSClient, key: str) -> str:
    """Return the state of a key."""
    return kms.describe_key(KeyId=key)["KeyMetadata"].get("KeyState", "")


def test_a_key_that_was_made_and_not_used_is_found_again(kms: KMSClient) -> None:
    """A command that died before the certificate was kept leaves no key behind for good."""
    assert make(kms) == make(kms)


def test_a_key_that_a_certificate_has_is_not_another_ones(kms: KMSClient) -> None:
    """Each certificate has its own; the alias leads to the newest."""
    first = make(kms)
    second = make(kms, used=(first,))
    assert (second == first, find_aliased(kms)) == (False, second)


def test_a_key_of_another_kind_is_not_taken(kms: KMSClient) -> None:
    """What was asked for is what is made."""
    left = make(kms, P384)
    made = make(kms, P256)
    assert (made == left, kms.describe_key(KeyId=made)["KeyMetadata"].get("KeySpec")) == (False, "ECC_NIST_P256")


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_a_key_that_cannot_sign_is_not_taken(kms: KMSClient, state: str) -> None:
    """Somebody has switched it off, or given it up."""
    left = make(kms)
    if state == "Disabled":
        kms.disable_key(KeyId=left.rpartition("/")[2])
    else:
        give_up_key(kms, left)
    assert read_state(kms, left) == state
    assert make(kms) != left


def test_an_alias_that_somebody_makes_meanwhile_leads_to_the_newer_key(kms: KMSClient) -> None:
    """Between the look for it and its making."""
    first, second = (kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256") for _ in range(2))
    todo = [lambda: kms.create_alias(AliasName=ALIAS, TargetKeyId=first["KeyMetadata"]["Arn"])]
    slow = boto3.client("kms", region_name=REGION)

    def interrupt(**_: Any) -> None:
        if todo:
            todo.pop()()

    slow.meta.events.register("before-parameter-build.kms.CreateAlias", interrupt)
    point_alias(slow, ALIAS, second["KeyMetadata"]["Arn"])
    assert (todo, find_aliased(kms)) == ([], second["KeyMetadata"]["Arn"])


def give_up_key(kms: KMSClient, key: str) -> None:
    """Give a key of KMS up; no store is asked for it."""
    nowhere: Any = None
    give_up(kms, nowhere, key)


def test_a_key_is_given_up_once(kms: KMSClient) -> None:
    """Asking again is no error and does not put its end off; neither is one that is gone."""
    key = make(kms)
    give_up_key(kms, key)
    ends = kms.describe_key(KeyId=key)["KeyMetadata"].get("DeletionDate")
    asked: list[str] = []
    kms.meta.events.register("before-call.kms.ScheduleKeyDeletion", lambda **_: asked.append("again"))
    give_up_key(kms, key)
    give_up_key(kms, key[:-12] + "0" * 12)
    assert (asked, kms.describe_key(KeyId=key)["KeyMetadata"].get("DeletionDate")) == ([], ends)


def test_secrets_of_others_are_left_alone(machine: MachineRoad) -> None:
    """One that is there, and one that can still be had back: the next number is taken."""
    store = machine.world.store
    store.create(f"key/{NAME}", "another's", "private key")
    store.create(f"key/{NAME}/2", "removed", "private key")
    store.delete(f"key/{NAME}/2")
    assert make_secret_key(store, NAME, P256, ()) == f"key/{NAME}/3"
    assert store.read(f"key/{NAME}").body == "another's"


def let_lag(kms: KMSClient, operation: str, times: int) -> None:
    """Let KMS deny an operation so often, as while it does not know the tags of a new key."""
    left = iter(range(times))

    def deny(**_: Any) -> None:
        if next(left, None) is not None:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)

    kms.meta.events.register(f"before-call.kms.{operation}", deny)


def test_a_new_key_is_waited_for(kms: KMSClient) -> None:
    """With growing pauses, until its alias, its public key and its signature can be had; one key is made."""
    for operation in ("UpdateAlias", "GetPublicKey", "Sign"):
        let_lag(kms, operation, 2)
    slept: list[float] = []
    key = make_kms_key(kms, {"suitetoken": "suitetoken"}, NAME, P256, ALIAS, (), slept.append)
    assert open_kms_key(kms, key, P256, slept.append)
    assert slept == [*PAUSES[:2], *PAUSES[:2]]
    assert [it["KeyArn"] for it in kms.list_keys()["Keys"]] == [key]


def test_a_key_that_stays_denied_is_told(kms: KMSClient) -> None:
    """After a minute, as AWS says it."""
    key = make(kms)
    let_lag(kms, "GetPublicKey", 100)
    slept: list[float] = []
    with pytest.raises(AccessDenied):
        open_kms_key(kms, key, P256, slept.append)
    assert slept == list(PAUSES)
