"""NetSuiteAuth: puts the current token on requests to the connection's own hosts, for requests and for httpx."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self, TypeVar

from suitetoken.reader import TokenReader
from suitetoken.reader.shared import share_reader
from suitetoken.session.bearer import explain_refusal, find_token, is_token_refused, put_token
from suitetoken.session.httpx_flow import HttpxFlow

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

R = TypeVar("R")


class NetSuiteAuth(HttpxFlow):
    """Authentication for an HTTP client: `requests.get(url, auth=NetSuiteAuth("finance-prod"))`, or `httpx.get`.

    The token goes to the REST and RESTlet hosts of its own account only, also after a redirect. Where NetSuite
    refuses it, the token is read again past the cache, and if there is another one the request is sent once more;
    otherwise, and where that is refused too, NetSuiteError says so. Raises what `TokenReader.current` raises.
    """

    def __new__(cls, *_: object, **__: object) -> Self:
        """Be an `httpx.Auth` as well where httpx is loaded: it accepts no other object that may send a request twice.

        One that is made before httpx is loaded authenticates its requests all the same, but never repeats one.
        """
        httpx = sys.modules.get("httpx")
        if httpx is None or issubclass(cls, httpx.Auth):
            return super().__new__(cls)
        return super().__new__(type(cls.__name__, (cls, httpx.Auth), {"__module__": cls.__module__}))

    def __init__(self, reader: TokenReader | str) -> None:
        """Take tokens from `reader`, or from the one that all in this process share who give this name."""
        self.reader = share_reader(reader) if isinstance(reader, str) else reader

    def __call__(self, request: R) -> R:
        """Put the token on the request, and see to its answer."""
        self.authorize(request)
        register_hook = getattr(request, "register_hook", None)  # requests has it, httpx does not
        if register_hook is not None:
            register_hook("response", self._answer_refusal)
        return request

    def authorize(self, request: Any) -> None:
        """Put the current token on the request, in the place of an older one, if it goes to an own host."""
        put_token(request, self.reader.current())

    def is_on(self, request: PreparedRequest) -> bool:
        """Whether it is this object that authenticates the request."""
        return self._answer_refusal in request.hooks.get("response", ())

    def _answer_refusal(self, response: Response, **sending: Any) -> Response:
        from suitetoken.session.resending import rewind, send_again

        refused, again = find_token(response.request), response.request.copy()
        if refused is None or not is_token_refused(response) or not put_token(again, self.reader.current()):
            return response
        self.reader.invalidate(refused)
        put_token(again, self.reader.current())
        if find_token(again) == refused:
            raise explain_refusal(response, self.reader.name)
        if not rewind(again):
            raise explain_refusal(response, self.reader.name, "send it again: its body can be read only once.")
        second = send_again(response, again, sending)
        if is_token_refused(second):
            raise explain_refusal(second, self.reader.name)
        return second
