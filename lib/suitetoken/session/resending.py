"""Sending a request of requests once more: its body goes back to where it began."""

from __future__ import annotations

from typing import Any

from requests import PreparedRequest, Response
from requests.exceptions import UnrewindableBodyError
from requests.utils import rewind_body


def rewind(request: PreparedRequest) -> bool:
    """Make the body ready to be sent again; False where it can be read once only."""
    body: Any = request.body
    if body is None or isinstance(body, str | bytes):
        return True
    try:
        rewind_body(request)
    except UnrewindableBodyError:
        return False
    return True


def send_again(response: Response, request: PreparedRequest, sending: Any) -> Response:
    """Send `request` in the place of the one that brought `response`, over the same adapter."""
    response.close()
    again = response.connection.send(request, **sending)
    again.history.append(response)
    again.request = request
    return again
