"""`suitetoken key`: replacing the keys that sign links and attempts."""

from __future__ import annotations

import click

from suitetoken.admin.signing_keys import KEYS, replace_key
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import say


@click.group("key")
def key_command() -> None:
    """Signing keys of links and of attempts."""


@key_command.command("rotate")
@click.argument("which", type=click.Choice(sorted(KEYS)))
@takes_deployment
def rotate(deployment: Deployment, which: str) -> None:
    """Replace a key. What the key before it signed stays good; rotate twice to kill that too, within a minute.

    \b
    Example:
      suitetoken key rotate link
    """
    replace_key(deployment.store, which)
    say(f"Replaced the {which} key. What the key before signed stays good until the next replacement.")
    say("Functions know the new key within ten seconds, and forget one that was replaced twice within a minute.")
