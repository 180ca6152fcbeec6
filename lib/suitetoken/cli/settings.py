"""The part of `suitetoken connection update` that changes settings: scopes, role, user, rotation limit."""

from __future__ import annotations

from suitetoken.admin import connections
from suitetoken.aws.records import read_connection
from suitetoken.cli.options import Deployment
from suitetoken.cli.output import print_changes, say
from suitetoken.netsuite.rules import parse_name


def update_settings(deployment: Deployment, name: str, change: connections.ConnectionChange) -> None:
    """Change a connection's settings, and say whether somebody must authorize it again for that."""
    updated = connections.update_settings(deployment.store, name, change)
    say(f"Changed the connection {name}." if updated.changed else _as_it_should_be(name))
    if updated.consent_needed:
        say(f"The present grant was given for other settings. Next: `suitetoken link {name}` and authorize again.")


def preview_settings(deployment: Deployment, name: str, change: connections.ConnectionChange) -> None:
    """Say what a change would do, or raise what it would raise."""
    held = read_connection(deployment.store, parse_name(name, "connection")).document
    would = connections.preview(deployment.store, name, change)
    if would.changed:
        say(f"Would change the connection {name}:")
        print_changes(connections.describe(held), connections.describe(would.connection))
    else:
        say(_as_it_should_be(name))
    if would.consent_needed:
        say(f"Somebody would have to authorize again then: the grant of {name} was given for other settings.")


def _as_it_should_be(name: str) -> str:
    return f"The connection {name} is as it should be; nothing was changed."
