"""Writing rows to standard output in one of several forms; a row may lack what others have."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

import click

from suitetoken.cli.consoles import open_console
from suitetoken.errors import InvalidInput
from suitetoken.session.paging import LONGEST_PAGE, Row


def write_lines(rows: Iterator[Row]) -> None:
    """Write each row as one line of JSON."""
    for row in rows:
        sys.stdout.write(f"{json.dumps(row, ensure_ascii=False)}\n")


def write_csv(rows: Iterator[Row]) -> None:
    """Write each row as a line of CSV (RFC 4180) below a line of names.

    Lines end as those of the platform's tools do.
    The names are those of the first thousand rows. Raises InvalidInput where a later row has another one: by then the
    first line is written.
    """
    first = list(islice(rows, LONGEST_PAGE))
    columns = find_columns(first)
    writer = csv.writer(PlatformLines())
    if columns:
        writer.writerow(columns)
    for row in chain(first, rows):
        if unknown := row.keys() - columns.keys():
            raise InvalidInput(
                f"the column {min(unknown)} is empty in the first {LONGEST_PAGE} rows, and CSV cannot add it later.",
                next_step="write jsonl, or let the query give it a value everywhere, with NVL.",
            )
        writer.writerow(show(row.get(column)) for column in columns)


class PlatformLines:
    """Lines of CSV on standard output, which turns a line feed into what is usual on the platform.

    The writer ends them with CR LF all the same: it quotes a value that holds either of the two only then.
    """

    def write(self, line: str) -> int:
        """Write one line."""
        return sys.stdout.write(line.removesuffix("\r\n") + "\n")


def write_table(rows: Iterator[Row]) -> None:
    """Write a table once all rows are there."""
    from rich.table import Table
    from rich.text import Text

    found = list(rows)
    columns = find_columns(found)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in found:
        table.add_row(*(Text(make_printable(show(row.get(column)))) for column in columns))
    if columns:
        open_console().print(table)
    click.echo(f"{len(found)} rows", err=True)


WRITERS: dict[str, Callable[[Iterator[Row]], None]] = {"csv": write_csv, "jsonl": write_lines, "table": write_table}


def find_columns(rows: Iterable[Row]) -> dict[str, None]:
    """Return the names that the rows have, in the order in which they first appear."""
    return dict.fromkeys(name for row in rows for name in row)


def show(value: object) -> str:
    """Return a value as a cell: text as it is, nothing as nothing, everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def make_printable(text: str) -> str:
    """Return the text without what a terminal would take for commands."""
    return "".join(character if character.isprintable() else " " for character in text)
