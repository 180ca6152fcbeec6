"""`suitetoken rotate` and `suitetoken revoke`: orders to the broker, waited for on request."""

from __future__ import annotations

import time

import click

from suitetoken.admin.orders import UNCONFIRMED_IS_ENOUGH, order
from suitetoken.admin.waiting import look_before, wait_for_revocation, wait_for_rotation, will_rotate
from suitetoken.cli.endings import force_end_option
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import say
from suitetoken.cli.patience import takes_patience, waiting
from suitetoken.cli.questions import confirm


@click.command("rotate")
@click.argument("name")
@click.option("--force", is_flag=True, help="Even a token under ten minutes old, or after a refused client.")
@takes_patience
@takes_deployment
def rotate_command(deployment: Deployment, name: str, force: bool, wait: bool, timeout: int) -> None:
    """Ask the broker to rotate a connection's token now. A token under ten minutes old is left as it is.

    \b
    Examples:
      suitetoken rotate finance-prod --wait
      suitetoken rotate finance-prod --force --wait --timeout 60
    """
    before = look_before(deployment.store, name)
    if not will_rotate(before.token.document, int(time.time()), force=force):
        say(f"The token of {name} is under ten minutes old; nothing was asked. --force rotates it all the same.")
        return
    order(deployment.queue, deployment.store, name, "rotate", force=force)
    say(f"Asked the broker to rotate {name}.")
    if wait:
        with waiting(f"Waiting for the broker to rotate {name}", timeout) as patience:
            wait_for_rotation(deployment.store, name, before, patience)
        say(f"Rotated {name}.")


@click.command("revoke")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@force_end_option
@takes_patience
@takes_deployment
def revoke_command(deployment: Deployment, name: str, yes: bool, force: bool, wait: bool, timeout: int) -> None:
    """Revoke the connection's grant at NetSuite and forget it; the connection itself stays.

    Readers lose their token at once. Where NetSuite cannot be reached, it is asked again until it
    confirms, and an event says so.

    \b
    Examples:
      suitetoken revoke finance-prod --wait
      suitetoken revoke finance-prod --force
    """
    if not yes:
        confirm(f"Readers of {name} lose their token at once. Revoke it?")
    order(deployment.queue, deployment.store, name, "revoke", force=force)
    say(f"Asked the broker to revoke {name}.")
    if force:
        say(UNCONFIRMED_IS_ENOUGH)
    if wait:
        with waiting(f"Waiting for NetSuite to confirm that {name} is revoked", timeout) as patience:
            revoked = wait_for_revocation(deployment.store, name, patience, force=force)
        again = f"certificate create {name}" if revoked.is_machine else f"link {name}"
        say(f"Revoked {name}. `suitetoken {again}` authorizes it again.")
