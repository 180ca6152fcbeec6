"""Who else may read a secret, and where: its resource policy and its replicas in other regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suitetoken.aws.errors import translated
from suitetoken.aws.store import Store

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.type_defs import ReplicationStatusTypeTypeDef


_KEY_OF_AWS = "alias/aws/secretsmanager"
"""Said rather than left out: it is then the key of the replica's own region in every partition."""


@dataclass(frozen=True, slots=True)
class Replica:
    """A secret in one more region. `status` is InSync, InProgress or Failed, and `message` says more of that.

    Source: AWS Secrets Manager API Reference, ReplicationStatusType.
    """

    region: str
    status: str
    message: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether Secrets Manager could not make it: nobody can read it there."""
        return self.status == "Failed"

    def __str__(self) -> str:
        """Return the region and how it is there."""
        reason = f": {self.message}" if self.has_failed and self.message else ""
        return f"{self.region} ({self.status}{reason})"


def read_policy(store: Store, name: str) -> str | None:
    """Return the resource policy of a secret, None where it has none, or raise NotFound."""
    secret = store.secret_id(name)
    with translated("reading the policy of the secret", secret):
        return store.client.get_resource_policy(SecretId=secret).get("ResourcePolicy")


def write_policy(store: Store, name: str, policy: str | None) -> None:
    """Replace the resource policy of a secret, or take it away. AWS refuses one that lets everybody in."""
    secret = store.secret_id(name)
    with translated("writing the policy of the secret", secret):
        if policy is None:
            store.client.delete_resource_policy(SecretId=secret)
        else:
            store.client.put_resource_policy(SecretId=secret, ResourcePolicy=policy, BlockPublicPolicy=True)


def find_replicas(store: Store, name: str) -> tuple[Replica, ...]:
    """Return the replicas of a secret, also those that could not be made, sorted by region, or raise NotFound."""
    secret = store.secret_id(name)
    with translated("looking up the secret", secret):
        found = store.client.describe_secret(SecretId=secret).get("ReplicationStatus", [])
    return tuple(sorted(map(_parse_replica, found), key=lambda replica: replica.region))


def replicate(store: Store, name: str, add: list[str], remove: list[str]) -> None:
    """Replicate a secret to these regions, under AWS's key of each, and to those no more."""
    secret = store.secret_id(name)
    with translated("replicating the secret", secret):
        if add:
            regions = [{"Region": region, "KmsKeyId": _KEY_OF_AWS} for region in add]
            store.client.replicate_secret_to_regions(SecretId=secret, AddReplicaRegions=regions)  # type: ignore[arg-type]
        if remove:
            store.client.remove_regions_from_replication(SecretId=secret, RemoveReplicaRegions=remove)


def _parse_replica(found: ReplicationStatusTypeTypeDef) -> Replica:
    return Replica(found.get("Region", ""), found.get("Status", ""), found.get("StatusMessage", ""))
