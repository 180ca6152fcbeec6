"""NetSuite's pages of records and rows: what one holds and where the next one begins. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from suitetoken.errors import InvalidInput, NetSuiteError

LONGEST_PAGE = 1000
"""Rows on a page at most, and the default (Oracle NetSuite Help, section_156414087576)."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `offset` is how many rows came before it, `total` how many there are in all, if NetSuite says so."""

    rows: list[Row] = field(repr=False)
    offset: int
    total: int | None
    has_more: bool


def parse_page(answer: object, subject: str, status: int) -> Page:
    """Return the page that a JSON answer holds, or raise NetSuiteError where it is none."""
    values = answer if isinstance(answer, dict) else {}
    rows, offset, total = values.get("items"), values.get("offset"), values.get("totalResults")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _not_a_page(subject, status, "its items are missing")
    has_more = values.get("hasMore") is True
    if has_more and not rows:
        raise _not_a_page(subject, status, "it is empty and promises more")
    return Page(rows, offset if isinstance(offset, int) else 0, total if isinstance(total, int) else None, has_more)


def walk(fetch: Callable[[int], Page], limit: int) -> Iterator[Page]:
    """Yield all pages; `fetch` gets the offset, which NetSuite wants to be a multiple of `limit`."""
    if not 1 <= limit <= LONGEST_PAGE:
        raise InvalidInput(f"a page cannot have {limit} rows.", next_step=f"give a limit from 1 to {LONGEST_PAGE}.")
    offset = 0
    while True:
        page = fetch(offset)
        yield page
        if not page.has_more:
            return
        offset += limit


def without_links(row: Row) -> Row:
    """Return a SuiteQL row without the list of links that NetSuite adds to each."""
    return {name: value for name, value in row.items() if name != "links" or not isinstance(value, list)}


def _not_a_page(subject: str, status: int, why: str) -> NetSuiteError:
    return NetSuiteError(f"NetSuite's answer is not a page: {why}.", status=status, error_code="", subject=subject)
