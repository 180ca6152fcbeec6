"""The table of connections, drawn once or again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from suitetoken.admin.status import ConnectionStatus, State
from suitetoken.cli.times import in_utc, in_words
from suitetoken.errors import SuiteTokenError

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

_COLOURS = {0: "green", 3: "red", 6: "yellow"}
_ENDING = (State.CONSENT_ENDING, State.CERTIFICATE_ENDING)


def make_table(rows: list[ConnectionStatus], now: int) -> Table:
    """Return the table; `now` is in epoch seconds."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("connection", "account", "role", "state", "token age", "consent ends in", "next"):
        table.add_column(title, overflow="fold")
    for row in rows:
        colour = _COLOURS[row.state.exit_code] if row.state not in _ENDING else "yellow"
        table.add_row(
            row.connection,
            row.account_id or "",
            row.role or "",
            f"[{colour}]{row.state.value}[/]",
            in_words(now - row.token_issued_at) if row.token_issued_at else "",
            in_words(row.consent_ends_at - now) if row.consent_ends_at else "",
            row.next_step,
        )
    return table


def keep_looking(
    read: Callable[[int], list[ConnectionStatus]],
    every: int,
    *,
    console: Console | None = None,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> list[ConnectionStatus]:
    """Draw the table anew every so many seconds until Ctrl-C, and return the last rows.

    Raises what `read` raises, except that an error which may pass is shown below the last rows.
    """
    from rich.live import Live

    rows, error = read(int(now())), ""
    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        try:
            while True:
                live.update(make_picture(rows, int(now()), error), refresh=True)
                sleep(every)
                try:
                    rows, error = read(int(now())), ""
                except SuiteTokenError as failure:
                    if not failure.retryable:
                        raise
                    error = str(failure)
        except KeyboardInterrupt:
            return rows


def make_picture(rows: list[ConnectionStatus], now: int, error: str) -> Group:
    """Return the table, when it was drawn, and what went wrong since."""
    from rich.console import Group
    from rich.text import Text

    table = make_table(rows, now) if rows else Text("No connections: `suitetoken status` says why.")
    parts = [table, Text(f"\n{in_utc(now)}, Ctrl-C ends this", style="dim")]
    return Group(*parts, Text(error, style="yellow")) if error else Group(*parts)
