"""`suitetoken status`: how the connections are, and what to do next."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from suitetoken.admin.connections import list_connections
from suitetoken.admin.status import ConnectionStatus, State, read_status
from suitetoken.cli.options import Deployment, json_option, takes_deployment
from suitetoken.cli.output import print_json, say
from suitetoken.cli.times import in_words
from suitetoken.netsuite import parse_name

_COLOURS = {0: "green", 3: "red", 6: "yellow"}


@click.command("status")
@click.argument("name", required=False)
@json_option
@takes_deployment
def status_command(deployment: Deployment, name: str | None, as_json: bool) -> int:
    """Show how connections are. Ends with 3 if a person must act for one of them, with 6 if one is late.

    \b
    Examples:
      suitetoken status
      suitetoken status finance-prod --json
    """
    now = int(time.time())
    names = [parse_name(name, "connection")] if name else list_connections(deployment.store)
    rows = [read_status(deployment.store, each, now) for each in names]
    if as_json:
        print_json([{**asdict(row), "state": row.state.value} for row in rows])
    elif rows:
        print_table(rows, now)
    else:
        say("No connections yet. Next: `suitetoken connection add`.")
    return worst(rows)


def worst(rows: list[ConnectionStatus]) -> int:
    """Return the exit code: a person first, then lateness."""
    codes = {row.state.exit_code for row in rows}
    return next((code for code in (3, 6) if code in codes), 0)


def print_table(rows: list[ConnectionStatus], now: int) -> None:
    """Print a table; its colours vanish where stdout is no terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("connection", "account", "role", "state", "token age", "consent ends in", "next"):
        table.add_column(title, overflow="fold")
    for row in rows:
        colour = _COLOURS[row.state.exit_code] if row.state is not State.CONSENT_ENDING else "yellow"
        table.add_row(
            row.connection,
            row.account_id or "",
            row.role or "",
            f"[{colour}]{row.state.value}[/]",
            in_words(now - row.token_issued_at) if row.token_issued_at else "",
            in_words(row.consent_ends_at - now) if row.consent_ends_at else "",
            row.next_step,
        )
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)
