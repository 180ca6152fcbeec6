"""The last step before a request leaves: a place among those in flight, then the token of this very moment."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from suitetoken.session.auth import NetSuiteAuth


class Gate(BaseAdapter):
    """Stands before the adapter that sends.

    A request may have waited long for its place or for another try; the token that it was prepared with may have
    ended meanwhile.
    """

    def __init__(self, adapter: BaseAdapter, auth: NetSuiteAuth, place: AbstractContextManager[Any]) -> None:
        """Send over `adapter`, inside `place`, with tokens of `auth`."""
        super().__init__()
        self._adapter = adapter
        self._auth = auth
        self._place = place

    def send(self, request: PreparedRequest, *args: Any, **sending: Any) -> Response:
        """Send the request, with the current token if that is how it authenticates."""
        with self._place:
            if self._auth.is_on(request):
                self._auth.authorize(request)
            response = self._adapter.send(request, *args, **sending)
        response.connection = self  # type: ignore[assignment]  # requests means any adapter
        return response

    def close(self) -> None:
        """Close the adapter behind."""
        self._adapter.close()
