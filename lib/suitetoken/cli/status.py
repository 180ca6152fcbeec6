"""`suitetoken status`: how the connections are, and what to do next."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict

import click

from suitetoken.admin.status import ConnectionStatus, read_rows
from suitetoken.cli.consoles import open_console
from suitetoken.cli.nothing import explain_nothing
from suitetoken.cli.options import Deployment, json_option, takes_deployment
from suitetoken.cli.output import print_json
from suitetoken.cli.status_table import draw, keep_looking


@click.command("status")
@click.argument("name", required=False)
@click.option("--watch", is_flag=True, help="Go on looking until Ctrl-C.")
@click.option("--every", type=click.IntRange(min=1), default=15, show_default=True, help="Seconds between two looks.")
@json_option
@takes_deployment
def status_command(deployment: Deployment, name: str | None, watch: bool, every: int, as_json: bool) -> int:
    """Show how connections are. Ends with 3 if a person must act for one of them, with 6 if one is late.

    With 4 where nothing is deployed: what watches it notices its own wrong prefix or region.

    \b
    Examples:
      suitetoken status
      suitetoken status finance-prod --json
      suitetoken status --watch --every 60
    """
    if watch and as_json:
        raise click.UsageError("--watch and --json exclude each other.")
    if watch and not sys.stdout.isatty():
        raise click.UsageError("--watch draws on a terminal; scripts take --json.")
    now = int(time.time())
    rows = read_rows(deployment.store, name, now)
    if watch and rows:
        return worst(keep_looking(lambda now: read_rows(deployment.store, name, now), every))
    if as_json:
        print_json([{**asdict(row), "state": row.state.value} for row in rows])
    elif rows:
        print_rows(rows, now)
    if not rows:
        explain_nothing(deployment, "connections", "connection add", as_json=as_json)
    return worst(rows)


def worst(rows: list[ConnectionStatus]) -> int:
    """Return the exit code: a person first, then lateness."""
    codes = {row.state.exit_code for row in rows}
    return next((code for code in (3, 6) if code in codes), 0)


def print_rows(rows: list[ConnectionStatus], now: int) -> None:
    """Print how the connections are; colours vanish where stdout is not a terminal."""
    console = open_console()
    console.print(draw(rows, now, console))
