"""The part of `suitetoken connection update` that replicates the token to other regions."""

from __future__ import annotations

from suitetoken.admin.replicas import change_replicas, say_how_to_replicate_again
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import say


def update_replicas(
    deployment: Deployment, name: str, add: tuple[str, ...], remove: tuple[str, ...], *, dry_run: bool
) -> None:
    """Add regions and take others away, and say where the token is then."""
    update = change_replicas(deployment.store, name, add, remove, deployment.own_region, dry_run=dry_run)
    if update.changed:
        would = "would be" if dry_run else "is"
        say(f"The token of {name} {would} in these regions besides its own: {', '.join(update.regions) or 'none'}.")
    elif not update.failed:
        say(f"The replicas of {name} are as they should be; nothing was changed.")
    for replica in update.failed:
        say(f"AWS could not replicate the token to {replica}. Next: {say_how_to_replicate_again(name, replica.region)}")
