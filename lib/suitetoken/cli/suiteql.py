"""`suitetoken suiteql`: the rows of a query, as a table, as JSON lines or as CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice

import click

from suitetoken.cli.given import read_text
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.reading import open_reader
from suitetoken.cli.rows import WRITERS
from suitetoken.session.netsuite_session import NetSuiteSession
from suitetoken.session.paging import LONGEST_PAGE, Page, Row
from suitetoken.session.reaching import fetch_each

_CLEAR_LINE = "\r\x1b[K"


@click.command("suiteql")
@click.argument("name")
@click.argument("query")
@click.option(
    "--format", "form", type=click.Choice(sorted(WRITERS)), help="Default: a table on a terminal, else jsonl."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="ROWS", help="Print this many rows at most.")
@click.option("--param", "params", multiple=True, metavar="VALUE", help="Takes the place of a ?; repeatable, in order.")
@takes_deployment
def suiteql_command(
    deployment: Deployment, name: str, query: str, form: str | None, limit: int | None, params: tuple[str, ...]
) -> None:
    """Run a SuiteQL query and print its rows. QUERY may be @FILE, or @- for standard input.

    Rows are printed page by page as they come, except into a table. NetSuite leaves out what is empty.

    \b
    Examples:
      suitetoken suiteql finance-prod "SELECT id, companyname FROM customer ORDER BY id" --limit 20
      suitetoken suiteql finance-prod "SELECT id FROM account WHERE accttype = ?" --param Bank --format csv
    """
    text = read_text(query, "QUERY")
    if not text.strip():
        raise click.UsageError("the query is empty.")
    form = form or ("table" if sys.stdout.isatty() else "jsonl")
    with NetSuiteSession(open_reader(deployment, name)) as session:
        pages = session.suiteql_pages(text, limit=min(limit or LONGEST_PAGE, LONGEST_PAGE), params=params or None)
        rows = watch(fetch_each(name, pages), report_to_terminal if is_worth_reporting(form) else lambda _: None)
        WRITERS[form](islice(rows, limit))


def watch(pages: Iterator[Page], report: Callable[[str], object]) -> Iterator[Row]:
    """Yield the rows of all pages; `report` hears how far it is after each but the last, and "" to clear that."""
    count = 0
    try:
        for page in pages:
            report("")
            yield from page.rows
            count += len(page.rows)
            if page.has_more:
                report(f"{count} rows of {page.total} …" if page.total else f"{count} rows …")
    finally:
        report("")


def is_worth_reporting(form: str) -> bool:
    """Whether somebody is looking who does not see the rows themselves coming."""
    return sys.stderr.isatty() and (form == "table" or not sys.stdout.isatty())


def report_to_terminal(progress: str) -> None:
    """Write the progress over the one before."""
    click.echo(f"{_CLEAR_LINE}{progress}", nl=False, err=True)
