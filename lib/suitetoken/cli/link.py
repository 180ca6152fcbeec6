"""`suitetoken link`: the address to send to a person who may authorize a connection."""

from __future__ import annotations

import time

import click

from suitetoken.admin.hosted_links import make_hosted_link, parse_duration, revoke_links
from suitetoken.cli.options import Deployment, json_option, list_typed, takes_deployment
from suitetoken.cli.output import print_json, say
from suitetoken.cli.times import in_utc


@click.command("link")
@click.argument("name")
@click.option("--expires-in", default="24h", show_default=True, help="From 1m to 30d.")
@click.option("--revoke-all", is_flag=True, help="Kill every link of the connection instead of making one.")
@json_option
@takes_deployment
def link_command(deployment: Deployment, name: str, expires_in: str, revoke_all: bool, as_json: bool) -> None:
    """Print the hosted link of a connection. It dies once somebody has authorized.

    \b
    Examples:
      suitetoken link finance-prod
      suitetoken link finance-prod --expires-in 7d --json
      suitetoken link finance-prod --revoke-all
    """
    if revoke_all:
        _revoke_all(deployment, name, as_json=as_json)
        return
    expires_at = int(time.time()) + parse_duration(expires_in)
    link = make_hosted_link(
        deployment.store, deployment.link_keys, deployment.public_url, name, deployment.caller, expires_at
    )
    if as_json:
        print_json({"connection": name, "link": link.url, "expires_at": link.expires_at})
    else:
        click.echo(link.url)
        say(f"Good until {in_utc(link.expires_at)}, for one authorization of {name}. Send it to whoever may authorize.")


def _revoke_all(deployment: Deployment, name: str, *, as_json: bool) -> None:
    if list_typed("expires_in"):
        raise click.UsageError("--revoke-all makes no link that could expire: leave --expires-in out.")
    revoke_links(deployment.store, name)
    if as_json:
        print_json({"connection": name, "links_revoked": True})
    say(f"Every link of {name} is dead, every attempt begun with one too. `suitetoken link {name}` makes a new one.")
