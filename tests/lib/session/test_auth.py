"""NetSuiteAuth with requests: who sees the token, and what follows when NetSuite refuses it."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
import requests

from suitetoken import NetSuiteAuth
from suitetoken.errors import NetSuiteError, Unavailable
from suitetoken.session.addresses import is_own
from tests.readers.session import Connected, FixedAnswer
from tests.samples.tokens import make_access_token
from tests.worlds.netsuite import RESTLET, SUITETALK

LIST = f"{SUITETALK}/services/rest/record/v1/account"
ECHO = f"{RESTLET}?script=1&deploy=1"
CHALLENGE = 'Bearer realm="1234567", error="invalid_token", error_description="Invalid login attempt."'


@pytest.fixture
def plain(connected: Connected) -> requests.Session:
    """Give an ordinary session of requests with our authentication."""
    session = requests.Session()
    session.auth = NetSuiteAuth(connected.session.reader)
    session.mount("https://", connected.wire)
    return session


def test_requests_are_authenticated(plain: requests.Session) -> None:
    """An ordinary session of requests reaches REST and RESTlets with our authentication."""
    assert plain.get(LIST).status_code == 200
    assert plain.get(ECHO).json()["method"] == "GET"


@pytest.mark.parametrize(
    "url",
    [
        "https://1234567.suitetalk.api.netsuite.com/x",
        "https://1234567.SUITETALK.api.netsuite.com:443/x",
        "https://1234567.restlets.api.netsuite.com/y?z=1",
    ],
)
def test_own_hosts_see_the_token(url: str) -> None:
    """The account's REST and RESTlet hosts are its own, however they are written."""
    assert is_own(url, make_access_token(rest_url=SUITETALK, restlet_url=RESTLET))


@pytest.mark.parametrize(
    "url",
    [
        "https://7654321.suitetalk.api.netsuite.com/x",
        "https://1234567.app.netsuite.com/x",
        "https://1234567.suitetalk.api.netsuite.com.example.com/x",
        "https://1234567.suitetalk.api.netsuite.com@example.com/x",
        "https://1234567.suitetalk.api.netsuite.com:8443/x",
        "http://1234567.suitetalk.api.netsuite.com/x",
        "https://example.com/?https://1234567.suitetalk.api.netsuite.com",
        "https://[",
        "https://x:y",
        "",
        "/services/rest",
    ],
)
def test_no_other_host_sees_the_token(url: str) -> None:
    """Another account, a host that looks alike, another port or no TLS: none of them gets the token."""
    assert not is_own(url, make_access_token(rest_url=SUITETALK, restlet_url=RESTLET))


def test_a_request_to_elsewhere_goes_without_the_token(connected: Connected) -> None:
    """A request to another host is sent, but not with the token."""
    elsewhere = FixedAnswer(200)
    connected.session.mount("https://example.com", elsewhere)
    assert connected.session.get("https://example.com/x").status_code == 200
    assert "Authorization" not in elsewhere.sent[0].headers


def test_a_redirect_to_elsewhere_goes_without_the_token(connected: Connected) -> None:
    """When a host of the account redirects to another one, the token is not sent there."""
    elsewhere = FixedAnswer(401, WWW_Authenticate=CHALLENGE)
    connected.session.mount("https://example.com", elsewhere)
    connected.session.mount(SUITETALK, FixedAnswer(307, Location="https://example.com/x"))
    assert connected.session.post("record/v1/account", json={}).status_code == 401
    assert len(elsewhere.sent) == 1
    assert "Authorization" not in elsewhere.sent[0].headers


def test_a_redirect_to_the_own_other_host_has_the_token(connected: Connected) -> None:
    """When the REST host redirects to the account's RESTlet host, the token goes with the request."""
    connected.session.mount(SUITETALK, FixedAnswer(302, Location=ECHO))
    assert connected.session.get("record/v1/account").json()["method"] == "GET"


def test_a_refused_token_is_replaced_once(connected: Connected, plain: requests.Session) -> None:
    """When the stored token is another one by now, the request is sent again with it, and the caller sees no error."""
    plain.get(LIST)
    connected.revoke()
    new = connected.rotate()
    answer = plain.get(LIST)
    assert answer.status_code == 200
    assert connected.sent_tokens[-1] == new
    assert [before.status_code for before in answer.history] == [401]
    assert len(connected.secret.reads) == 2


def test_a_session_replaces_a_refused_token_too(connected: Connected) -> None:
    """The same holds for a session of ours, also where only one request may be in flight."""
    session = connected.make_session(max_in_flight=1)
    session.rest("GET", "record/v1/account")
    connected.revoke()
    connected.rotate()
    assert session.rest("GET", "record/v1/account").status_code == 200
    assert session.restlet(1, 1, "POST", json={"a": 1}).json()["body"] == {"a": 1}


def test_the_newest_token_refused_is_an_error(connected: Connected) -> None:
    """When the store holds no other token, nothing is sent again and the error says where to look."""
    connected.session.rest("GET", "record/v1/account")
    connected.revoke()
    with pytest.raises(NetSuiteError, match=r"finance-prod: .*401 INVALID_LOGIN.*Login Audit Trail") as caught:
        connected.session.get("record/v1/account")
    assert caught.value.status == 401
    assert (len(connected.wire.sent), len(connected.secret.reads)) == (2, 2)
    assert not [token for token in connected.sent_tokens if token and token in str(caught.value)]


def test_two_tokens_refused_is_an_error(connected: Connected) -> None:
    """When the newer token is refused as well, the request is not sent a third time."""
    connected.session.rest("GET", "record/v1/account")
    connected.rotate()
    connected.revoke()
    with pytest.raises(NetSuiteError, match="401 INVALID_LOGIN"):
        connected.session.get("record/v1/account")
    assert len(connected.wire.sent) == 3


def test_another_refusal_is_not_about_the_token(connected: Connected) -> None:
    """A 401 that does not say invalid_token is given to the caller as it is."""
    connected.session.mount("https://", FixedAnswer(401, WWW_Authenticate='Basic realm="proxy"'))
    assert connected.session.get("record/v1/account").status_code == 401
    assert len(connected.secret.reads) == 1


def test_a_store_that_is_down_does_not_hide_the_refusal(connected: Connected) -> None:
    """When the token is refused and the store does not answer, the error is NetSuite's."""
    connected.session.rest("GET", "record/v1/account")
    connected.revoke()
    connected.secret.outage = Unavailable("AWS did not answer.")
    with pytest.raises(NetSuiteError, match="401"):
        connected.session.get("record/v1/account")


def test_a_body_is_sent_again_from_its_beginning(connected: Connected) -> None:
    """A file that was the body of a refused request is sent again whole."""
    connected.session.rest("GET", "record/v1/account")
    connected.revoke()
    connected.rotate()
    body = io.BytesIO(b'{"q": "SELECT id FROM account"}')
    headers = {"Prefer": "transient", "Content-Type": "application/json"}
    answer = connected.session.rest("POST", "query/v1/suiteql?limit=1", data=body, headers=headers)
    assert answer.json()["count"] == 1


def test_a_body_that_is_gone_is_not_sent_again(connected: Connected) -> None:
    """A body that can be read once only makes a refusal an error that says so."""

    def stream() -> Iterator[bytes]:
        yield b"{}"

    connected.session.rest("GET", "record/v1/account")
    connected.session.mount("https://", FixedAnswer(401, WWW_Authenticate=CHALLENGE))
    connected.rotate()
    with pytest.raises(NetSuiteError, match="body can be read only once"):
        connected.session.post("record/v1/account", data=stream())


def test_many_refusals_cost_one_reading(connected: Connected) -> None:
    """Threads whose requests are refused at the same time share one reading and all succeed."""
    connected.session.rest("GET", "record/v1/account")
    connected.stage.simulator.accounts["1234567"].concurrency_limit = 1000
    connected.revoke()
    connected.rotate()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(connected.session.get("record/v1/account").status_code))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [200] * 20
    assert len(connected.secret.reads) == 2


def test_ones_own_authentication_is_left_alone(connected: Connected) -> None:
    """A request with other authentication keeps it, whatever happens to our token."""
    connected.session.get("record/v1/account", auth=lambda request: request)
    assert connected.sent_tokens == [""]
