"""The record API, for reading: lists with paging, single records, the metadata catalog.

Oracle NetSuite Help, section_1540810951, section_156414087576 and section_1546938065.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request, Response

from local.netsuite.answers import json_answer, rest_error
from local.netsuite.paging import Window, read_window, wrap
from local.netsuite.world import CHART, CUSTOMERS

_BASE = "/services/rest/record/v1"
_RECORDS: Mapping[str, Mapping[str, dict[str, Any]]] = {
    "account": {
        str(each.id): {
            "acctNumber": each.number,
            "acctName": each.name,
            "acctType": {"id": each.type, "refName": each.type},
            "isInactive": False,
        }
        for each in CHART
    },
    "customer": {
        str(each.id): {"companyName": each.name, "email": each.email, "isInactive": False} for each in CUSTOMERS
    },
    "salesOrder": {
        str(900 + each.id): {
            "tranId": f"SO{each.id}",
            "entity": {"id": str(each.id), "refName": each.name},
            "status": {"id": "B", "refName": "Pending Fulfillment"},
        }
        for each in CUSTOMERS
    },
}
"""The records of each type by id. NetSuite takes a type's name in any case."""


def answer(request: Request, base: str, path: str) -> Response:
    """Answer a request below the record API; `base` is the host as the caller sees it."""
    if request.method != "GET":
        return rest_error(405, "INVALID_REQUEST", "This simulator only reads records.")
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["metadata-catalog"] and len(parts) <= 2:
        return _catalog(base, parts[1:])
    kind = _find_type(parts[0]) if parts else None
    if kind is None or len(parts) > 2:
        return _no_type(parts[0] if parts else "")
    return _single(base, kind, parts[1]) if len(parts) == 2 else _list(request, base, kind)


def _find_type(name: str) -> str | None:
    return next((kind for kind in _RECORDS if kind.lower() == name.lower()), None)


def _no_type(name: str) -> Response:
    return rest_error(404, "NOT_FOUND", f"Record type '{name}' does not exist.")


def _list(request: Request, base: str, kind: str) -> Response:
    window = read_window(request)
    if not isinstance(window, Window):
        return window
    ids = list(_RECORDS[kind])
    chosen = ids[window.offset : window.offset + window.limit]
    items = [{"links": [_link("self", base, kind, each)], "id": each} for each in chosen]
    return json_answer(200, wrap(items, window, len(ids), f"{base}{_BASE}/{kind}"))


def _single(base: str, kind: str, record_id: str) -> Response:
    record = _RECORDS[kind].get(record_id)
    if record is None:
        return rest_error(404, "NONEXISTENT_ID", "Record does not exist.")
    return json_answer(200, {"links": [_link("self", base, kind, record_id)], "id": record_id, **record})


def _catalog(base: str, wanted: list[str]) -> Response:
    if not wanted:
        links = {kind: f"{base}{_BASE}/metadata-catalog/{kind}" for kind in _RECORDS}
        named = [{"name": kind, "links": [{"rel": "canonical", "href": href}]} for kind, href in links.items()]
        return json_answer(200, {"items": named})
    kind = _find_type(wanted[0])
    if kind is None:
        return _no_type(wanted[0])
    sample = next(iter(_RECORDS[kind].values()))
    properties = {name: {"type": _type_of(value)} for name, value in {"id": "", **sample}.items()}
    return json_answer(200, {"type": "object", "properties": properties})


def _type_of(value: object) -> str:
    return {bool: "boolean", dict: "object"}.get(type(value), "string")


def _link(rel: str, base: str, kind: str, record_id: str) -> dict[str, str]:
    return {"rel": rel, "href": f"{base}{_BASE}/{kind}/{record_id}"}
