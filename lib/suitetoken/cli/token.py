"""`suitetoken token`: the current access token of a connection."""

from __future__ import annotations

import sys

import click

from suitetoken.cli.options import Deployment, json_option, min_remaining_option, takes_deployment
from suitetoken.cli.output import print_json, say
from suitetoken.cli.reading import open_reader


@click.command("token")
@click.argument("name")
@click.option("--header", "as_header", is_flag=True, help="Print the whole Authorization header.")
@min_remaining_option
@json_option
@takes_deployment
def token_command(deployment: Deployment, name: str, as_header: bool, min_remaining: int, as_json: bool) -> None:
    """Print the current access token, never an expired one. NAME may be the ARN of the token's secret.

    \b
    Examples:
      suitetoken token finance-prod
      curl --header @<(suitetoken token finance-prod --header) "$NETSUITE_REST_URL/services/rest/record/v1/account"
      suitetoken token finance-prod --json --min-remaining 1200
    """
    if as_header and as_json:
        raise click.UsageError("--header and --json exclude each other.")
    token = open_reader(deployment, name).current(min_remaining)
    if sys.stdout.isatty():
        say("Careful: this is a secret, and it stays in your terminal's history.")
    if as_json:
        print_json(token.to_dict())
    else:
        click.echo(f"Authorization: Bearer {token.access_token}" if as_header else token.access_token)
