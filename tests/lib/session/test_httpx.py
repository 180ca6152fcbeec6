"""NetSuiteAuth under httpx itself: a real client, and NetSuite's answers from a transport in this process."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from suitetoken import NetSuiteAuth
from suitetoken.errors import NetSuiteError
from tests.readers.fake_secret import Workload, make_workload

URL = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/account"
REFUSAL = {"WWW-Authenticate": 'Bearer realm="1234567_SB1", error="invalid_token"'}


class NetSuite:
    """Takes one token and refuses every other; notes what it was sent."""

    def __init__(self, accepts: str) -> None:
        self.accepts = accepts
        self.sent: list[str | None] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.sent.append(request.headers.get("Authorization"))
        good = self.sent[-1] == f"Bearer {self.accepts}"
        return httpx.Response(200, json={}) if good else httpx.Response(401, headers=REFUSAL, json={})

    def get(self, workload: Workload, *, is_async: bool, url: str = URL) -> httpx.Response:
        """Let a workload ask, with either of httpx's clients."""
        auth = NetSuiteAuth(workload.reader)
        assert isinstance(auth, httpx.Auth)
        if is_async:
            return asyncio.run(self._aget(auth, url))
        with httpx.Client(transport=httpx.MockTransport(self.answer), auth=auth) as client:
            return client.get(url)

    async def _aget(self, auth: httpx.Auth, url: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer), auth=auth) as client:
            return await client.get(url)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_refused_token_is_read_again_once(is_async: bool) -> None:
    """The request goes out again with the newer token, and the caller sees only the good answer."""
    workload = make_workload()
    old = workload.reader.token()
    netsuite = NetSuite(workload.secret.rotate(access_token="access-token-newer"))
    assert netsuite.get(workload, is_async=is_async).status_code == 200
    assert netsuite.sent == [f"Bearer {old}", "Bearer access-token-newer"]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_token_that_stays_refused_is_an_error_that_names_the_connection(is_async: bool) -> None:
    """And nothing is sent a second time with the same token."""
    workload = make_workload()
    netsuite = NetSuite("another")
    with pytest.raises(NetSuiteError, match="finance-prod"):
        netsuite.get(workload, is_async=is_async)
    assert len(netsuite.sent) == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_another_host_does_not_see_the_token(is_async: bool) -> None:
    """Whatever it answers."""
    workload = make_workload()
    netsuite = NetSuite(workload.reader.token())
    assert netsuite.get(workload, is_async=is_async, url="https://example.com/").status_code == 401
    assert netsuite.sent == [None]
