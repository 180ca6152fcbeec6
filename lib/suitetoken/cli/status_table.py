"""How connections are, drawn as the terminal's width allows, once or again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from suitetoken.admin.status import ConnectionStatus, State
from suitetoken.cli.consoles import open_console
from suitetoken.cli.times import in_utc, in_words
from suitetoken.errors import SuiteTokenError

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text

_COLOURS = {0: "green", 3: "red", 6: "yellow"}
_ENDING = (State.CONSENT_ENDING, State.CERTIFICATE_ENDING)
_ANY_WIDTH = 10_000
_TITLES = ("connection", "account", "role", "state", "token age", "consent ends in", "next")


def draw(rows: list[ConnectionStatus], now: int, console: Console) -> Table | Group:
    """Return a table, a denser one, or where that is too wide as well one block for each connection.

    No cell is folded inside a word; `now` is in epoch seconds.
    """
    for dense in (False, True):
        table = make_table(rows, now, dense=dense)
        if console.measure(table, options=console.options.update(max_width=_ANY_WIDTH)).minimum <= console.width:
            return table
    return make_blocks(rows, now)


def make_table(rows: list[ConnectionStatus], now: int, *, dense: bool) -> Table:
    """Return the table; a dense one breaks titles and states into lines, and lets the next step be wrapped."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    cells = [list_cells(row, now, dense=dense) for row in rows]
    for title, column in zip(_TITLES, zip(*cells, strict=True), strict=True):
        shown = title.replace(" ", "\n", 1) if dense else title
        is_whole = not (dense and title == "next")
        width = max(len(line) for cell in (shown, *column) for line in cell.split("\n"))
        table.add_column(shown, no_wrap=is_whole, min_width=width if is_whole else None)
    for row, (*facts, state, age, ends, step) in zip(rows, cells, strict=True):
        table.add_row(*facts, _in_colour(row, state), age, ends, step)
    return table


def make_blocks(rows: list[ConnectionStatus], now: int) -> Group:
    """Return for each connection its name, and below that one line for each thing there is to tell."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    parts: list[Text | Padding] = []
    for row in rows:
        block = Table(box=None, pad_edge=False, show_header=False)
        block.add_column(no_wrap=True)
        block.add_column(overflow="fold")
        for title, cell in zip(_TITLES, list_cells(row, now), strict=True):
            if cell and title != "connection":
                block.add_row(title, _in_colour(row, cell) if title == "state" else cell)
        parts += [Text(row.connection, style="bold"), Padding(block, (0, 0, 0, 2))]
    return Group(*parts)


def list_cells(row: ConnectionStatus, now: int, *, dense: bool = False) -> tuple[str, ...]:
    """Return what there is to tell of a connection, in the order of the titles."""
    return (
        row.connection,
        row.account_id or "",
        row.role or "",
        row.state.value.replace(" ", "\n", 1) if dense else row.state.value,
        in_words(now - row.token_issued_at) if row.token_issued_at else "",
        in_words(row.consent_ends_at - now) if row.consent_ends_at else "",
        row.next_step,
    )


def _in_colour(row: ConnectionStatus, text: str) -> Text:
    from rich.text import Text

    return Text(text, style=_COLOURS[row.state.exit_code] if row.state not in _ENDING else "yellow")


def keep_looking(
    read: Callable[[int], list[ConnectionStatus]],
    every: int,
    *,
    console: Console | None = None,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> list[ConnectionStatus]:
    """Draw the connections anew every so many seconds until Ctrl-C, and return the last rows.

    Raises what `read` raises, except that an error which may pass is shown below the last rows.
    """
    from rich.live import Live

    console = console or open_console()
    rows, error = read(int(now())), ""
    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        try:
            while True:
                live.update(make_picture(rows, int(now()), error, console), refresh=True)
                sleep(every)
                try:
                    rows, error = read(int(now())), ""
                except SuiteTokenError as failure:
                    if not failure.retryable:
                        raise
                    error = str(failure)
        except KeyboardInterrupt:
            return rows


def make_picture(rows: list[ConnectionStatus], now: int, error: str, console: Console) -> Group:
    """Return the connections, when they were drawn, and what went wrong since."""
    from rich.console import Group
    from rich.text import Text

    drawn = draw(rows, now, console) if rows else Text("No connections: `suitetoken status` says why.")
    parts = [drawn, Text(f"\n{in_utc(now)}, Ctrl-C ends this", style="dim")]
    return Group(*parts, Text(error, style="yellow")) if error else Group(*parts)
