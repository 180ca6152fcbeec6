"""NetSuiteSession: a requests.Session that knows one connection's addresses, token, limits and errors."""

from __future__ import annotations

import random as random_module
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import BoundedSemaphore
from typing import Any, NoReturn

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from suitetoken.errors import InvalidInput
from suitetoken.reader import TokenReader
from suitetoken.session.addresses import is_whole, resolve, resolve_own
from suitetoken.session.auth import NetSuiteAuth
from suitetoken.session.gate import Gate
from suitetoken.session.paging import LONGEST_PAGE, Page, Row, parse_page, walk, without_links
from suitetoken.session.resending import rewind
from suitetoken.session.rest_errors import is_throttled, make_error
from suitetoken.session.throttling import make_delays

Timeout = float | tuple[float, float] | None
DEFAULT_TIMEOUT: Timeout = (10.0, 300.0)
"""Seconds to connect, and between two bytes of an answer. NetSuite itself gives up after 15 minutes."""
DEFAULT_RETRIES = 5


class NetSuiteSession(requests.Session):
    """`NetSuiteSession("finance-prod").rest("GET", "record/v1/account")`, with the current token on every request.

    `rest`, `restlet`, `suiteql` and `records` raise NetSuiteError for an answer of 400 and above; `get`, `post` and
    all else that requests has return the answer whatever its status, and take a path in the place of an address.
    Where the account has too many requests under way, all of them try again after growing pauses. Errors of the
    reader are those of `TokenReader.current`; errors of the network are those of requests.
    """

    def __init__(
        self,
        reader: TokenReader | str,
        *,
        max_in_flight: int | None = None,
        timeout: Timeout = DEFAULT_TIMEOUT,
        retries: int = DEFAULT_RETRIES,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        """Use the connection's token; `max_in_flight` caps the requests that all threads have under way here.

        `timeout` is for requests that name none, in seconds; `retries` is how often a request is tried again when the
        account has too many under way.
        """
        super().__init__()
        self._auth = NetSuiteAuth(reader)
        self.auth = self._auth
        self.reader = self._auth.reader
        self._timeout = timeout
        self._retries = retries
        self._sleep = sleep
        self._random = random
        self._place = self._make_place(max_in_flight)

    def rest(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call REST web services; `path` is `record/v1/account` or `/services/rest/record/v1/account`.

        `options` are those of `requests.request`. Raises NetSuiteError, and InvalidInput for an address elsewhere.
        """
        url = resolve_own(path, self.reader.current())
        return self._checked(self.request(method, url, **options))

    def restlet(self, script: str | int, deploy: str | int, method: str = "GET", **options: Any) -> requests.Response:
        """Call a RESTlet by the ids of its script and deployment, or raise NetSuiteError.

        It is spoken to in JSON unless `headers` say otherwise. Oracle NetSuite Help, section_4634920277.
        """
        params = {**(options.pop("params", None) or {}), "script": str(script), "deploy": str(deploy)}
        headers = {"Content-Type": "application/json", **(options.pop("headers", None) or {})}
        url = self.reader.current().restlet_url
        return self._checked(self.request(method, url, params=params, headers=headers, **options))

    def suiteql(
        self, query: str, *, limit: int = LONGEST_PAGE, params: Sequence[object] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of a SuiteQL query, page after page; `params` take the places of its question marks."""
        for page in self.suiteql_pages(query, limit=limit, params=params):
            yield from page.rows

    def suiteql_pages(
        self, query: str, *, limit: int = LONGEST_PAGE, params: Sequence[object] | None = None
    ) -> Iterator[Page]:
        """Yield the pages of a SuiteQL query (Oracle NetSuite Help, section_157909186990)."""
        body = {"q": query} if params is None else {"q": query, "params": list(params)}
        for page in self._walk("POST", "query/v1/suiteql", limit, json=body, headers={"Prefer": "transient"}):
            yield Page([without_links(row) for row in page.rows], page.offset, page.total, page.has_more)

    def records(self, record_type: str, *, limit: int = LONGEST_PAGE, q: str | None = None) -> Iterator[Row]:
        """Yield what the list of a record type holds, ids and links, page after page; `q` filters.

        Oracle NetSuite Help, section_1540810951.
        """
        params = {} if q is None else {"q": q}
        for page in self._walk("GET", f"record/v1/{record_type}", limit, params=params):
            yield from page.rows

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send a request as requests does; a path stands for an address of this connection."""
        options.setdefault("timeout", self._timeout)
        address = url if is_whole(url) else resolve(url, self.reader.current())
        return super().request(method, address, *args, **options)

    def send(self, request: requests.PreparedRequest, **sending: Any) -> requests.Response:
        """Send, and send again after a pause while NetSuite has too many requests of the account under way."""
        response = super().send(request, **sending)
        for delay in make_delays(self._retries, self._random):
            if response.status_code not in (400, 429) or not is_throttled(response.status_code, response.text):
                break
            if not rewind(request):
                break
            self._sleep(delay)
            response = super().send(request, **sending)
        return response

    def get_adapter(self, url: str) -> BaseAdapter:
        """Return the adapter for an address, behind the gate."""
        return Gate(super().get_adapter(url), self._auth, self._place)

    def _make_place(self, max_in_flight: int | None) -> AbstractContextManager[Any]:
        if max_in_flight is None:
            return nullcontext()
        if max_in_flight < 1:
            raise InvalidInput("max_in_flight is less than one.", next_step="give a whole number from 1 on, or None.")
        self.mount("https://", HTTPAdapter(pool_maxsize=max_in_flight))
        return BoundedSemaphore(max_in_flight)

    def __getstate__(self) -> NoReturn:
        raise TypeError("a NetSuiteSession cannot be pickled or copied; make one where it is needed")

    def _walk(
        self, method: str, path: str, limit: int, *, params: dict[str, Any] | None = None, **options: Any
    ) -> Iterator[Page]:
        def fetch(offset: int) -> Page:
            page = {**(params or {}), "limit": limit, "offset": offset}
            response = self.rest(method, path, params=page, **options)
            return parse_page(_read_json(response), self.reader.name, response.status_code)

        return walk(fetch, limit)

    def _checked(self, response: requests.Response) -> requests.Response:
        if response.status_code >= 400:
            raise make_error(response.status_code, response.text, subject=self.reader.name)
        return response


def _read_json(response: requests.Response) -> object:
    try:
        return response.json()
    except ValueError:
        return None
