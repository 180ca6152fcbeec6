"""The record API: the account list with paging, single records, the metadata catalog.

Oracle NetSuite Help, section_1540810951, section_156414087576 and section_1546938065.
"""

from __future__ import annotations

from flask import Request, Response

from local.netsuite.answers import json_answer, rest_error
from local.netsuite.paging import Window, read_window, wrap
from local.netsuite.world import CHART, LedgerAccount

_BASE = "/services/rest/record/v1"


def answer(request: Request, base: str, path: str) -> Response:
    """Answer a request below the record API; `base` is the host as the caller sees it."""
    if request.method != "GET":
        return rest_error(405, "INVALID_REQUEST", "This simulator only reads records.")
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["metadata-catalog"] and len(parts) <= 2:
        return _catalog(base, parts[1:])
    if parts[:1] != ["account"] or len(parts) > 2:
        return rest_error(404, "NOT_FOUND", f"Record type '{parts[0] if parts else ''}' does not exist.")
    return _single(base, parts[1]) if len(parts) == 2 else _list(request, base)


def _list(request: Request, base: str) -> Response:
    window = read_window(request)
    if not isinstance(window, Window):
        return window
    chosen = CHART[window.offset : window.offset + window.limit]
    items = [{"links": [_link("self", base, line)], "id": str(line.id)} for line in chosen]
    return json_answer(200, wrap(items, window, len(CHART), f"{base}{_BASE}/account"))


def _single(base: str, record_id: str) -> Response:
    line = next((line for line in CHART if str(line.id) == record_id), None)
    if line is None:
        return rest_error(404, "NONEXISTENT_ID", "Record does not exist.")
    return json_answer(
        200,
        {
            "links": [_link("self", base, line)],
            "id": str(line.id),
            "acctNumber": line.number,
            "acctName": line.name,
            "acctType": {"id": line.type, "refName": line.type},
            "isInactive": False,
        },
    )


def _catalog(base: str, wanted: list[str]) -> Response:
    if wanted and wanted != ["account"]:
        return rest_error(404, "NOT_FOUND", f"Record type '{wanted[0]}' does not exist.")
    href = f"{base}{_BASE}/metadata-catalog/account"
    if not wanted:
        return json_answer(200, {"items": [{"name": "account", "links": [{"rel": "canonical", "href": href}]}]})
    names = ("id", "acctNumber", "acctName")
    properties = {name: {"type": "string"} for name in names} | {"isInactive": {"type": "boolean"}}
    return json_answer(200, {"type": "object", "properties": properties})


def _link(rel: str, base: str, line: LedgerAccount) -> dict[str, str]:
    return {"rel": rel, "href": f"{base}{_BASE}/account/{line.id}"}
