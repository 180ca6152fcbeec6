"""The part of `suitetoken connection update` that names readers of the token."""

from __future__ import annotations

from suitetoken.admin.readers import ReaderChange, change_readers, parse_reader, refuse_without_key
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import say


def update_readers(deployment: Deployment, name: str, change: ReaderChange, *, dry_run: bool) -> None:
    """Name readers of a connection's token and take others away, and say who may read then."""
    added = tuple(parse_reader(reader) for reader in change.add)
    if added:
        refuse_without_key(added, deployment.account_id, deployment.secrets_key)
    update = change_readers(deployment.store, name, change, dry_run=dry_run)
    if not update.changed:
        say(f"The readers of {name} are as they should be; nothing was changed.")
        return
    said = "Would let" if dry_run else "Let"
    say(f"{said} these read the token of {name} besides those whom IAM lets: {', '.join(update.readers) or 'nobody'}.")
