"""NetSuiteAuth with httpx, by httpx's own protocol: a generator that yields requests and is handed responses."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from suitetoken import NetSuiteAuth
from suitetoken.errors import NetSuiteError
from tests.readers.fake_secret import Workload, make_workload

URL = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/account"
CHALLENGE = 'Bearer realm="1234567_SB1", error="invalid_token"'


@dataclass
class Request:
    """The part of httpx's request that is used."""

    url: str = URL
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Response:
    """The part of httpx's response that is used; its text is there once it has been read."""

    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_read: bool = False
    request: Request | None = None

    @property
    def text(self) -> str:
        """The body."""
        assert self.is_read
        return '{"o:errorDetails": [{"detail": "Invalid login attempt.", "o:errorCode": "INVALID_LOGIN"}]}'

    def read(self) -> None:
        """Read it."""
        self.is_read = True

    async def aread(self) -> None:
        """Read it."""
        self.is_read = True


def _refusal() -> Response:
    return Response(401, {"WWW-Authenticate": CHALLENGE})


@pytest.fixture
def workload() -> Workload:
    """Give a reader."""
    return make_workload()


def _drive(auth: NetSuiteAuth, request: Request, answers: list[Response]) -> list[str | None]:
    """Do what httpx's client does; return the Authorization header of each request."""
    sent = []
    flow = auth.sync_auth_flow(request)
    current = next(flow)
    for answer in answers:
        sent.append(current.headers.get("Authorization"))
        answer.request = answer.request or current
        try:
            current = flow.send(answer)
        except StopIteration:
            break
    return sent


async def _adrive(auth: NetSuiteAuth, request: Request, answers: list[Response]) -> list[str | None]:
    """Do what httpx's asynchronous client does."""
    sent = []
    flow = auth.async_auth_flow(request)
    current = await anext(flow)
    for answer in answers:
        sent.append(current.headers.get("Authorization"))
        answer.request = answer.request or current
        try:
            current = await flow.asend(answer)
        except StopAsyncIteration:
            break
    return sent


def _both(
    workload: Workload, answers: list[Response], *, is_async: bool, request: Request | None = None
) -> list[str | None]:
    auth = NetSuiteAuth(workload.reader)
    asked = request or Request()
    return asyncio.run(_adrive(auth, asked, answers)) if is_async else _drive(auth, asked, answers)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_request_is_authenticated(workload: Workload, is_async: bool) -> None:
    """A request to an own host is sent once, with the token."""
    assert _both(workload, [Response()], is_async=is_async) == [f"Bearer {workload.reader.token()}"]


@pytest.mark.parametrize("is_async", [False, True])
def test_other_hosts_do_not_see_the_token(workload: Workload, is_async: bool) -> None:
    """A request to another host is sent once, without the token, whatever is answered."""
    assert _both(workload, [_refusal()], is_async=is_async, request=Request("https://example.com/x")) == [None]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_refusal_after_a_redirect_is_not_about_our_token(workload: Workload, is_async: bool) -> None:
    """Where httpx was redirected to another host, without the token, that host's 401 is given to the caller."""
    elsewhere = _refusal()
    elsewhere.request = Request("https://example.com/x")
    assert len(_both(workload, [elsewhere], is_async=is_async)) == 1
    assert len(workload.secret.reads) == 1


@pytest.mark.parametrize("is_async", [False, True])
def test_a_refused_token_is_replaced_once(workload: Workload, is_async: bool) -> None:
    """When the stored token is another one, the request is sent again with it."""
    old = workload.reader.token()
    new = workload.secret.rotate(access_token="access-token-newer")
    sent = _both(workload, [_refusal(), Response()], is_async=is_async)
    assert sent == [f"Bearer {old}", f"Bearer {new}"]


@pytest.mark.parametrize("is_async", [False, True])
def test_the_newest_token_refused_is_an_error(workload: Workload, is_async: bool) -> None:
    """When the store holds no other token, the error is NetSuite's, and nothing is sent again."""
    workload.reader.token()
    with pytest.raises(NetSuiteError, match=r"finance-prod.*401 INVALID_LOGIN.*Login Audit Trail"):
        _both(workload, [_refusal(), Response()], is_async=is_async)


@pytest.mark.parametrize("is_async", [False, True])
def test_two_tokens_refused_is_an_error(workload: Workload, is_async: bool) -> None:
    """When the newer token is refused as well, the request is not sent a third time."""
    workload.reader.token()
    workload.secret.rotate(access_token="access-token-newer")
    with pytest.raises(NetSuiteError, match="401"):
        _both(workload, [_refusal(), _refusal(), Response()], is_async=is_async)


def test_where_httpx_is_loaded_it_is_one_of_its_own(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an `httpx.Auth` may send a request twice with httpx; where that is loaded, ours is one."""
    httpx = SimpleNamespace(Auth=type("Auth", (), {}))
    monkeypatch.setitem(sys.modules, "httpx", httpx)
    auth = NetSuiteAuth(workload.reader)
    assert isinstance(auth, httpx.Auth)
    assert isinstance(auth, NetSuiteAuth)
    assert _drive(auth, Request(), [Response()]) == [f"Bearer {workload.reader.token()}"]


def test_a_function_is_enough_to_authenticate(workload: Workload) -> None:
    """As a mere function, which is what httpx takes it for otherwise, it authenticates the request."""
    request = NetSuiteAuth(workload.reader)(Request())
    assert request.headers == {"Authorization": f"Bearer {workload.reader.token()}"}
