"""The part of NetSuiteAuth that httpx drives: generators that give requests and are handed responses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Any

from suitetoken.documents import AccessToken
from suitetoken.reader import TokenReader
from suitetoken.session.bearer import explain_refusal, find_token, is_token_refused, put_token


class HttpxFlow:
    """What `httpx.Auth` asks for, without importing httpx: it sends what is yielded and hands back the response."""

    requires_request_body = False
    requires_response_body = False
    reader: TokenReader

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Authenticate for `httpx.Client`."""
        put_token(request, self.reader.current())
        response = yield request
        refused = _find_refused(response)
        if refused is None:
            return
        response.read()
        self.reader.invalidate(refused)
        self._replace(request, response, refused, self.reader.current())
        response = yield request
        if _find_refused(response) is not None:
            response.read()
            raise explain_refusal(response, self.reader.name)

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """Authenticate for `httpx.AsyncClient`, without blocking the event loop."""
        put_token(request, await self.reader.acurrent())
        response = yield request
        refused = _find_refused(response)
        if refused is None:
            return
        await response.aread()
        self.reader.invalidate(refused)
        self._replace(request, response, refused, await self.reader.acurrent())
        response = yield request
        if _find_refused(response) is not None:
            await response.aread()
            raise explain_refusal(response, self.reader.name)

    def _replace(self, request: Any, response: Any, refused: str, token: AccessToken) -> None:
        """Put another token on the request than the refused one, or say that there is none."""
        if token.access_token == refused:
            raise explain_refusal(response, self.reader.name)
        put_token(request, token)


def _find_refused(response: Any) -> str | None:
    """Return the token that was refused. A request that was redirected to another host carried no token of ours."""
    return find_token(response.request) if is_token_refused(response) else None
