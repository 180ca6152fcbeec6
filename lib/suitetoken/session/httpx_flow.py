"""The part of NetSuiteAuth that httpx drives: generators that give requests and are handed responses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Any

from suitetoken.reader import TokenReader
from suitetoken.session.bearer import explain_refusal, find_token, is_token_refused, put_token


class HttpxFlow:
    """What `httpx.Auth` asks for, without importing httpx: it sends what is yielded and hands back the response."""

    requires_request_body = False
    requires_response_body = False
    reader: TokenReader

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Authenticate for `httpx.Client`."""
        is_ours = put_token(request, self.reader.current())
        response = yield request
        if not is_ours or not is_token_refused(response):
            return
        response.read()
        self.reader.invalidate(find_token(request) or "")
        self._replace(request, response, self.reader.current())
        response = yield request
        if is_token_refused(response):
            response.read()
            raise explain_refusal(response, self.reader.name)

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """Authenticate for `httpx.AsyncClient`, without blocking the event loop."""
        is_ours = put_token(request, await self.reader.acurrent())
        response = yield request
        if not is_ours or not is_token_refused(response):
            return
        await response.aread()
        self.reader.invalidate(find_token(request) or "")
        self._replace(request, response, await self.reader.acurrent())
        response = yield request
        if is_token_refused(response):
            await response.aread()
            raise explain_refusal(response, self.reader.name)

    def _replace(self, request: Any, response: Any, token: Any) -> None:
        """Put another token on the request, or say that there is none."""
        if token.access_token == find_token(request):
            raise explain_refusal(response, self.reader.name)
        put_token(request, token)
