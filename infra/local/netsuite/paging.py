"""Paging as NetSuite has it: at most 1000 a page, an offset that the limit divides (section_156414087576)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Request, Response

from local.netsuite.answers import rest_error

LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a result is asked for."""

    limit: int
    offset: int


def read_window(request: Request) -> Window | Response:
    """Return the window, or the refusal of a bad one."""
    try:
        limit, offset = int(request.args.get("limit", LARGEST_PAGE)), int(request.args.get("offset", 0))
    except ValueError:
        return rest_error(400, "INVALID_PARAMETER", "limit and offset must be integers.", errorQueryParam="limit")
    if not 1 <= limit <= LARGEST_PAGE:
        return rest_error(400, "INVALID_PARAMETER", "limit must be from 1 to 1000.", errorQueryParam="limit")
    if offset < 0 or offset % limit:
        return rest_error(400, "INVALID_PARAMETER", "offset must be divisible by limit.", errorQueryParam="offset")
    return Window(limit, offset)


def wrap(items: list[dict[str, Any]], window: Window, total: int, url: str) -> dict[str, Any]:
    """Return a page: links to its neighbours, the items, the counts."""
    last = (max(total - 1, 0) // window.limit) * window.limit
    neighbours = {"self": window.offset}
    if window.offset > 0:
        neighbours |= {"previous": window.offset - window.limit, "first": 0}
    if window.offset < last:
        neighbours |= {"next": window.offset + window.limit, "last": last}
    return {
        "links": [
            {"rel": rel, "href": f"{url}?limit={window.limit}&offset={offset}"} for rel, offset in neighbours.items()
        ],
        "items": items,
        "count": len(items),
        "offset": window.offset,
        "hasMore": window.offset < last,
        "totalResults": total,
    }
