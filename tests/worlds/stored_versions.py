"""Very many versions of a connection's secret, put without a change of its document."""

from __future__ import annotations

from suitetoken.aws.records import connection_secret
from tests.worlds.world import World


def fill_with_versions(world: World, name: str, count: int) -> None:
    """Put versions until the connection's secret has had so many today."""
    store, secret = world.store, connection_secret(name)
    for number in range(_count(world, secret), count):
        store.put(secret, "{}", version_id=f"{number:032x}", label="FILLING")
    assert _count(world, secret) == count


def _count(world: World, secret: str) -> int:
    return len(world.store.list_version_times(secret, world.clock() - 86_400))
