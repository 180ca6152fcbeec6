"""Who else may read a connection's token, and where: the readers and replicas that its module keeps."""

# Copyright: the suitetoken maintainers
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

with contextlib.suppress(ImportError):
    from suitetoken.admin.readers import ReaderChange, change_readers, parse_reader, read_readers, refuse_without_key
    from suitetoken.admin.replicas import change_replicas, parse_regions, read_replicas, say_how_to_replicate_again
    from suitetoken.aws.records import token_secret
    from suitetoken.errors import NotFound

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from suitetoken.admin.deployment import Deployment


def check_shares(module: AnsibleModule, deployment: Deployment) -> None:
    """Raise InvalidInput for readers and replicas that cannot be, before anything is changed."""
    readers = [parse_reader(reader) for reader in module.params["readers"] or ()]
    if readers:
        refuse_without_key(readers, deployment.account_id, deployment.secrets_key)
    parse_regions(module.params["replica_regions"] or (), deployment.own_region)


def keep_shares(module: AnsibleModule, deployment: Deployment, kept: dict[str, Any]) -> dict[str, Any]:
    """Keep those readers and replicas that are asked for and no others, and tell of them with what is kept already.

    What is not asked for stays.
    """
    asked = {option: sorted({*module.params[option]}) for option in KEEPERS if module.params[option] is not None}
    is_there = not module.check_mode or deployment.store.exists(token_secret(module.params["name"]))
    held = {option: KEEPERS[option](module, deployment, wanted) if is_there else [] for option, wanted in asked.items()}
    diff = {"before": {**kept["diff"]["before"], **held}, "after": {**kept["diff"]["after"], **asked}}
    return {**kept, **asked, "changed": kept["changed"] or held != asked, "diff": diff}


def keep_readers(module: AnsibleModule, deployment: Deployment, wanted: list[str]) -> list[str]:
    """Name these readers and no others; return those of before."""
    store, name = deployment.store, module.params["name"]
    held = read_readers(store, name)
    change_readers(store, name, ReaderChange(*tell_apart(held, wanted)), dry_run=module.check_mode)
    return list(held)


def keep_replicas(module: AnsibleModule, deployment: Deployment, wanted: list[str]) -> list[str]:
    """Have the token in these regions and in no others besides its own; return those of before."""
    store, name, own = deployment.store, module.params["name"], deployment.own_region
    held = [replica.region for replica in read_replicas(store, name)]
    update = change_replicas(store, name, *tell_apart(held, wanted), own, dry_run=module.check_mode)
    for replica in update.failed:
        again = say_how_to_replicate_again(name, replica.region)
        module.warn(f"AWS could not replicate the token to {replica}. Next: {again}")
    return held


def give_replicas_up(module: AnsibleModule, deployment: Deployment) -> None:
    """Take all replicas away before the connection goes, where an empty list asks for that."""
    if wants_no_replicas(module.params):
        with contextlib.suppress(NotFound):  # a crash may have left no token document
            keep_replicas(module, deployment, [])


def wants_no_replicas(params: dict[str, Any]) -> bool:
    """Whether it is asked for that there are none."""
    asked: list[str] | None = params["replica_regions"]
    return asked == []


def tell_apart(held: Iterable[str], wanted: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what to add and what to take away, so that what is held becomes what is wanted."""
    return tuple(sorted({*wanted} - {*held})), tuple(sorted({*held} - {*wanted}))


KEEPERS = {"readers": keep_readers, "replica_regions": keep_replicas}
