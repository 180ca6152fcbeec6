"""Are tokens where they shall be in other regions? What Secrets Manager says of each replica."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from suitetoken.admin.doctor.finding import Finding, right, wrong
from suitetoken.admin.doctor.secrets import MOST_AT_ONCE
from suitetoken.admin.replicas import say_how_to_replicate_again
from suitetoken.aws.records import token_secret
from suitetoken.aws.sharing import Replica, find_replicas
from suitetoken.aws.store import Store
from suitetoken.errors import NotFound

Replicas = Mapping[str, tuple[Replica, ...]]
"""The replicas of each connection's token."""


def read_all_replicas(store: Store, names: Iterable[str]) -> Replicas:
    """Ask for the replicas of these connections' tokens, a few at the same time. Raises AccessDenied."""

    def one(name: str) -> tuple[Replica, ...]:
        try:
            return find_replicas(store, token_secret(name))
        except NotFound:  # removed since it was listed
            return ()

    listed = sorted(names)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        return dict(zip(listed, pool.map(one, listed), strict=True))


def judge_replicas(replicas: Replicas) -> list[Finding]:
    """Whether Secrets Manager could make every replica; no line where there is none."""
    check = "replicas"
    made = [replica for found in replicas.values() for replica in found if not replica.has_failed]
    failed = [(name, replica) for name, found in replicas.items() for replica in found if replica.has_failed]
    faults = [
        wrong(check, f"{name}: {replica}.", say_how_to_replicate_again(name, replica.region))
        for name, replica in failed
    ]
    good = [right(check, f"{len(made)} of {len(made) + len(failed)} are there or under way.")] if made else []
    return [*good, *faults]
