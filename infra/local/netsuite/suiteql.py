"""SuiteQL over the chart of accounts and the customers: real SQL on an in-memory SQLite, answers in NetSuite's shape.

Oracle NetSuite Help, section_157909186990.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from flask import Request, Response

from local.netsuite.answers import json_answer, rest_error
from local.netsuite.paging import Window, read_window, wrap
from local.netsuite.world import CHART, CUSTOMERS

_PATH = "/services/rest/query/v1/suiteql"


def answer(request: Request, base: str) -> Response:
    """Answer one query; `base` is the host as the caller sees it."""
    if request.method != "POST":
        return rest_error(405, "INVALID_REQUEST", "SuiteQL is asked with POST.")
    if "transient" not in request.headers.get("Prefer", ""):
        return rest_error(400, "INVALID_REQUEST", "The header Prefer: transient is required.", errorHeader="Prefer")
    window = read_window(request)
    if not isinstance(window, Window):
        return window
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("q"), str):
        return rest_error(400, "INVALID_CONTENT", "The body must be a JSON object with a query in q.")
    try:
        rows = _run(body["q"], body.get("params", []))
    except sqlite3.Error:
        return rest_error(400, "INVALID_PARAMETER", "Invalid search query.", errorPath="q")
    items = rows[window.offset : window.offset + window.limit]
    return json_answer(200, wrap(items, window, len(rows), f"{base}{_PATH}"))


def _run(query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    with _database() as database:
        cursor = database.execute(query, parameters)
        names = [column[0].lower() for column in cursor.description or ()]
        return [{"links": [], **_as_text(dict(zip(names, row, strict=True)))} for row in cursor.fetchall()]


def _as_text(row: dict[str, Any]) -> dict[str, str]:
    """Return the row as NetSuite does: values as strings, empty ones left out."""
    return {name: str(value) for name, value in row.items() if value is not None}


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            "create table account (id integer, acctnumber, accountsearchdisplayname, accttype, isinactive)"
        )
        lines = [(line.id, line.number, line.name, line.type, "F") for line in CHART]
        database.executemany("insert into account values (?, ?, ?, ?, ?)", lines)
        database.execute("create table customer (id integer, companyname, email, lastmodifieddate, isinactive)")
        companies = [(each.id, each.name, each.email, each.changed_on, "F") for each in CUSTOMERS]
        database.executemany("insert into customer values (?, ?, ?, ?, ?)", companies)
        database.execute("pragma query_only = on")
        yield database
