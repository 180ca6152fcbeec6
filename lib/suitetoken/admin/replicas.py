"""Replicas: the token of a connection in other AWS regions too, kept the same by Secrets Manager.

Source: AWS Secrets Manager User Guide, "Replicate AWS Secrets Manager secrets across Regions".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from suitetoken.aws.policies import parse_region
from suitetoken.aws.records import token_secret
from suitetoken.aws.sharing import Replica, find_replicas, replicate
from suitetoken.aws.store import Store
from suitetoken.errors import InvalidInput, StillInUse
from suitetoken.netsuite.rules import parse_name


@dataclass(frozen=True, slots=True)
class ReplicaUpdate:
    """The other regions that shall have the token after a change, sorted, and whether they are other than before.

    `failed` are those replicas among them that Secrets Manager could not make.
    """

    regions: tuple[str, ...]
    changed: bool
    failed: tuple[Replica, ...] = ()


def read_replicas(store: Store, name: str) -> tuple[Replica, ...]:
    """Return the replicas of a connection's token in other regions, sorted. Raises NotFound."""
    return find_replicas(store, token_secret(parse_name(name, "connection")))


def parse_regions(regions: Iterable[str], own_region: str) -> set[str]:
    """Return the regions to replicate to, or raise InvalidInput for the deployment's own or no region."""
    asked = {parse_region(region) for region in regions}
    if own_region in asked:
        raise InvalidInput(
            f"{own_region} is the deployment's own region; nothing was changed.", next_step="name another region."
        )
    return asked


def change_replicas(
    store: Store, name: str, add: tuple[str, ...], remove: tuple[str, ...], own_region: str, *, dry_run: bool = False
) -> ReplicaUpdate:
    """Ask for regions and take others away. Raises InvalidInput for a text that is not a region."""
    asked, dropped = parse_regions(add, own_region), {parse_region(region) for region in remove}
    if asked & dropped:
        raise InvalidInput(
            f"{', '.join(sorted(asked & dropped))} is both to be added and taken away; nothing was changed.",
            next_step="name a region once.",
        )
    replicas = read_replicas(store, name)
    held = {replica.region for replica in replicas}
    if not dry_run:
        replicate(store, token_secret(name), sorted(asked - held), sorted(held & dropped))
    wanted = (held | asked) - dropped
    failed = tuple(replica for replica in replicas if replica.has_failed and replica.region in wanted)
    return ReplicaUpdate(tuple(sorted(wanted)), wanted != held, failed)


def say_how_to_replicate_again(name: str, region: str) -> str:
    """Return the next step where Secrets Manager could not replicate a connection's token to a region."""
    command = f"suitetoken connection update {name}"
    return (
        f"mend what it says, or delete the secret of that name there; then run `{command} --remove-replica-region "
        f"{region}`, and `{command} --replica-region {region}`."
    )


def refuse_while_replicated(store: Store, name: str) -> None:
    """Raise StillInUse where the token has replicas: Secrets Manager deletes no secret that has."""
    regions = [replica.region for replica in read_replicas(store, name)]
    if regions:
        flags = " ".join(f"--remove-replica-region {region}" for region in regions)
        raise StillInUse(
            f"its token is replicated to {', '.join(regions)}; nothing was changed.",
            subject=name,
            next_step=f"run `suitetoken connection update {name} {flags}` first.",
        )
