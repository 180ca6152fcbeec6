"""The part of `suitetoken connection add` that shares the token from the start: readers by name, other regions."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.admin.readers import ReaderChange, parse_reader, refuse_without_key
from suitetoken.admin.replicas import parse_regions
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import say
from suitetoken.cli.readers import update_readers
from suitetoken.cli.replicas import update_replicas


@dataclass(frozen=True, slots=True)
class Shares:
    """Whom a new connection's token is shared with: ARNs of readers, and regions to replicate it to."""

    readers: tuple[str, ...]
    regions: tuple[str, ...]

    def check(self, deployment: Deployment) -> None:
        """Raise InvalidInput for what can be no reader or no region, before anything is changed."""
        if self.readers:
            accounts = tuple(map(parse_reader, self.readers))
            refuse_without_key(accounts, deployment.account_id, deployment.secrets_key)
        if self.regions:
            parse_regions(self.regions, deployment.own_region)

    def announce(self, name: str) -> None:
        """Say what a dry run would share."""
        if self.readers:
            say(f"Would let these read the token of {name} besides those whom IAM lets: {', '.join(self.readers)}.")
        if self.regions:
            say(f"Would replicate the token of {name} to {', '.join(self.regions)}.")

    def keep(self, deployment: Deployment, name: str) -> None:
        """Share the token of a connection that is there; who has it already keeps it."""
        if self.readers:
            update_readers(deployment, name, ReaderChange(self.readers), dry_run=False)
        if self.regions:
            update_replicas(deployment, name, self.regions, (), dry_run=False)
