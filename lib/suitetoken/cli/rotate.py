"""`suitetoken rotate` and `suitetoken revoke`: orders to the broker, waited for on request."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from suitetoken.admin.orders import order
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import say
from suitetoken.documents import TokenDocument
from suitetoken.errors import AuthorizationRequired, Unavailable
from suitetoken.records import Stored, find_token

_POLL_SECONDS = 2
wait_option = click.option("--wait", is_flag=True, help="Wait until the broker has done it.")
timeout_option = click.option("--timeout", type=int, default=120, show_default=True, help="Seconds to wait at most.")


@click.command("rotate")
@click.argument("name")
@click.option("--force", is_flag=True, help="Even a token under ten minutes old, or after a refused client.")
@wait_option
@timeout_option
@takes_deployment
def rotate_command(deployment: Deployment, name: str, force: bool, wait: bool, timeout: int) -> None:
    """Ask the broker to rotate a connection's token now. A token under ten minutes old is left as it is.

    \b
    Examples:
      suitetoken rotate finance-prod --wait
      suitetoken rotate finance-prod --force --wait --timeout 60
    """
    before = find_token(deployment.store, name)
    order(deployment.queue, deployment.store, name, "rotate", force=force)
    say(f"Asked the broker to rotate {name}.")
    if wait:
        after = wait_for(deployment, name, timeout, lambda now: now.version.id != before.version.id)
        if after.problem is not None:
            raise AuthorizationRequired(after.problem.message, subject=name)
        say(f"Rotated {name}.")


@click.command("revoke")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@wait_option
@timeout_option
@takes_deployment
def revoke_command(deployment: Deployment, name: str, yes: bool, wait: bool, timeout: int) -> None:
    """Revoke the connection's grant at NetSuite and forget it; the connection itself stays.

    \b
    Example:
      suitetoken revoke finance-prod --wait
    """
    if not yes:
        click.confirm(f"Readers of {name} lose their token at once. Revoke it?", abort=True, err=True)
    order(deployment.queue, deployment.store, name, "revoke")
    say(f"Asked the broker to revoke {name}.")
    if wait:
        wait_for(deployment, name, timeout, lambda now: now.document is not None and now.document.token is None)
        say(f"Revoked {name}. `suitetoken link {name}` authorizes it again.")


def wait_for(
    deployment: Deployment, name: str, timeout: int, is_done: Callable[[Stored[TokenDocument | None]], bool]
) -> TokenDocument:
    """Read the token document until it is as wanted, or raise Unavailable when the time is over."""
    for _ in range(max(timeout // _POLL_SECONDS, 1)):
        stored = find_token(deployment.store, name)
        if is_done(stored) and stored.document is not None:
            return stored.document
        time.sleep(_POLL_SECONDS)
    raise Unavailable(
        f"the broker has changed nothing within {timeout} s; the token may be too young to be rotated.",
        subject=name,
        next_step=f"see `suitetoken status {name}`, or add --force.",
    )
