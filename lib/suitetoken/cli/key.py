"""`suitetoken key`: replacing the keys that sign links and attempts."""

from __future__ import annotations

import click

from suitetoken.admin.signing_keys import KEYS, replace_key
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import say


@click.group("key")
def key_command() -> None:
    """The two signing keys: `link` signs hosted links, `state` signs attempts to authorize."""


@key_command.command("rotate")
@click.argument("which", type=click.Choice(sorted(KEYS)))
@takes_deployment
def rotate(deployment: Deployment, which: str) -> None:
    """Replace a signing key; a connection's grant and token have nothing to do with it.

    `link` signs the hosted links that `suitetoken link` prints. `state` signs what accompanies a person to NetSuite and
    back, for ten minutes: `state`, the cookie and the PKCE verifier are made with it.

    What the key before signed stays good. Rotate twice to kill that too, within a minute: then every link that was sent
    is dead (`link`), or every attempt under way has to be begun again (`state`).

    \b
    Examples:
      suitetoken key rotate link
      suitetoken key rotate state
    """
    replace_key(deployment.store, which)
    say(f"Replaced the {which} key. What the key before signed stays good until the next replacement.")
    say("Functions know the new key within ten seconds, and forget one that was replaced twice within a minute.")
