"""Replicas: the token of a connection in other AWS regions too, kept the same by Secrets Manager.

Source: AWS Secrets Manager User Guide, "Replicate AWS Secrets Manager secrets across Regions".
"""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.errors import InvalidInput, StillInUse
from suitetoken.netsuite import parse_name
from suitetoken.policies import parse_region
from suitetoken.records import token_secret
from suitetoken.sharing import find_replicas, replicate
from suitetoken.store import Store


@dataclass(frozen=True, slots=True)
class ReplicaUpdate:
    """The other regions that have the token after a change, sorted, and whether they are other than before."""

    regions: tuple[str, ...]
    changed: bool


def read_replicas(store: Store, name: str) -> tuple[str, ...]:
    """Return the other regions that have a connection's token, sorted. Raises NotFound."""
    return find_replicas(store, token_secret(parse_name(name, "connection")))


def change_replicas(
    store: Store, name: str, add: tuple[str, ...], remove: tuple[str, ...], own_region: str, *, dry_run: bool = False
) -> ReplicaUpdate:
    """Ask for regions and take others away. Raises InvalidInput for what is no region."""
    asked, dropped = ({parse_region(region) for region in regions} for regions in (add, remove))
    if asked & dropped:
        raise InvalidInput(
            f"{', '.join(sorted(asked & dropped))} is both to be added and taken away; nothing was changed.",
            next_step="name a region once.",
        )
    if own_region in asked:
        raise InvalidInput(
            f"{own_region} is the deployment's own region; nothing was changed.", next_step="name another region."
        )
    held = set(read_replicas(store, name))
    if not dry_run:
        replicate(store, token_secret(name), sorted(asked - held), sorted(held & dropped))
    wanted = (held | asked) - dropped
    return ReplicaUpdate(tuple(sorted(wanted)), changed=wanted != held)


def refuse_while_replicated(store: Store, name: str) -> None:
    """Raise StillInUse where the token has replicas: Secrets Manager deletes no secret that has."""
    replicas = read_replicas(store, name)
    if replicas:
        flags = " ".join(f"--remove-replica-region {region}" for region in replicas)
        raise StillInUse(
            f"its token is replicated to {', '.join(replicas)}; nothing was changed.",
            subject=name,
            next_step=f"run `suitetoken connection update {name} {flags}` first.",
        )
