"""Who else may read a secret, and where: its resource policy and its replicas in other regions."""

from __future__ import annotations

from suitetoken.aws_errors import translated
from suitetoken.store import Store


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


def find_replicas(store: Store, name: str) -> tuple[str, ...]:
    """Return the regions to which a secret is replicated, sorted, or raise NotFound."""
    secret = store.secret_id(name)
    with translated("looking up the secret", secret):
        found = store.client.describe_secret(SecretId=secret).get("ReplicationStatus", [])
    return tuple(sorted(each["Region"] for each in found))


def replicate(store: Store, name: str, add: list[str], remove: list[str]) -> None:
    """Replicate a secret to these regions, and to those no more."""
    secret = store.secret_id(name)
    with translated("replicating the secret", secret):
        if add:
            regions = [{"Region": region} for region in add]
            store.client.replicate_secret_to_regions(SecretId=secret, AddReplicaRegions=regions)  # type: ignore[arg-type]
        if remove:
            store.client.remove_regions_from_replication(SecretId=secret, RemoveReplicaRegions=remove)
