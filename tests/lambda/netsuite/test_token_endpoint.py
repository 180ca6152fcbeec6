"""The token endpoint: what is sent, and what each way of failing means for a token that is good once only."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from suitetoken.documents import Client
from tests.samples.tls_certificate import make_tls_certificate
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from token_broker.netsuite import endpoint_errors as errors
from token_broker.netsuite.token_endpoint import TokenEndpoint, judge
from token_broker.netsuite.token_requests import TokenRequest, prepare_exchange, prepare_refresh, prepare_revocation

CODE = "code-canary"


def test_a_confidential_client_authenticates_with_basic_and_nothing_in_the_body() -> None:
    """Both at once is invalid_request at NetSuite."""
    request = prepare_exchange(CONFIDENTIAL, CODE, "https://broker.example/oauth/callback", "v" * 43)
    assert parse_qs(request.form) == {
        "grant_type": ["authorization_code"],
        "code": [CODE],
        "redirect_uri": ["https://broker.example/oauth/callback"],
        "code_verifier": ["v" * 43],
    }
    assert request.auth is not None
    assert (request.auth.username, request.auth.password) == ("a" * 64, "client-secret-canary")


def test_a_public_client_names_itself_in_the_body_and_sends_no_authorization() -> None:
    """Neither an empty secret nor an Authorization header."""
    for request in (prepare_exchange(PUBLIC, CODE, "https://x/", "v" * 43), prepare_refresh(PUBLIC, "refresh-canary")):
        assert request.auth is None
        assert parse_qs(request.form)["client_id"] == ["a" * 64]
        assert "client_secret" not in request.form


def test_a_refresh_asks_for_nothing_but_a_refresh() -> None:
    """No scope and no redirect_uri (Oracle NetSuite Help, section_158082518856)."""
    request = prepare_refresh(CONFIDENTIAL, "refresh-canary")
    assert parse_qs(request.form) == {"grant_type": ["refresh_token"], "refresh_token": ["refresh-canary"]}
    assert request.url == "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"


def test_a_revocation_sends_the_refresh_token_to_the_revocation_endpoint() -> None:
    """Oracle NetSuite Help, section_161071224088."""
    request = prepare_revocation(PUBLIC, "refresh-canary")
    assert request.url.endswith("/services/rest/auth/oauth2/v1/revoke")
    assert parse_qs(request.form) == {"token": ["refresh-canary"], "client_id": ["a" * 64]}


def test_a_request_shows_neither_form_nor_credentials() -> None:
    """It may turn up in a traceback or a log."""
    shown = repr(prepare_exchange(CONFIDENTIAL, CODE, "https://x/", "v" * 43))
    assert "canary" not in shown
    assert "v" * 43 not in shown


@pytest.mark.parametrize(
    ("status", "body", "error", "maybe_spent"),
    [
        (400, '{"error":"invalid_grant"}', errors.GrantRefused, True),
        (401, '{"error":"invalid_client"}', errors.ClientRefused, False),
        (400, '{"error":"unauthorized_client"}', errors.ClientRefused, False),
        (400, '{"error":"invalid_request"}', errors.RequestRefused, False),
        (400, '{"error":"invalid_scope"}', errors.RequestRefused, False),
        (400, '{"error":"something_new"}', errors.RequestRefused, False),
        (400, "<html>", errors.Unexplained, True),
        (400, '{"error":{"a":1}}', errors.Unexplained, True),
        (404, "", errors.Unexplained, True),
        (408, '{"error":"request_timeout"}', errors.ServerFailed, True),
        (200, '{"error":"invalid_grant"}', errors.GrantRefused, True),
        (200, '\ufeff{"error":"invalid_grant"}', errors.GrantRefused, True),
        (201, '{"error":"invalid_client"}', errors.ClientRefused, False),
        (429, "", errors.Throttled, False),
        (503, '{"error":"invalid_grant"}', errors.Throttled, False),
        (500, '{"error":"server_error"}', errors.ServerRefused, True),
        (502, "<html>", errors.ServerFailed, True),
        (204, "", errors.ServerFailed, True),
        (302, "", errors.ServerFailed, True),
    ],
)
def test_each_answer_means_one_error(
    status: int, body: str, error: type[errors.TokenRequestFailed], maybe_spent: bool
) -> None:
    """And each says whether what was sent may be used up."""
    with pytest.raises(error) as raised:
        judge(status, body)
    assert type(raised.value) is error
    assert raised.value.maybe_spent is maybe_spent


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("body", ['{"access_token":"a"}', '{"access_token":"a","error":"none"}', "\ufeff{}", "<html>"])
def test_a_success_is_handed_on_as_it_came(status: int, body: str) -> None:
    """201 is a success too; what is in it is judged once it has been saved."""
    assert judge(status, body) == body


def test_an_error_code_is_shown_only_when_it_looks_like_one() -> None:
    """A body may hold anything; a canary in it goes nowhere."""
    with pytest.raises(errors.TokenRequestFailed) as raised:
        judge(400, '{"error":"<b>canary</b> 1"}')
    assert "canary" not in str(raised.value)


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server for one connection on this machine that does just what `answer` does with it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(ConnectionError):
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/token"
        thread.join(5)


def send(url: str, read_seconds: float = 0.2) -> str:
    """Send a one-time token there."""
    return TokenEndpoint().send(TokenRequest("refresh", url, "refresh_token=canary", None), read_seconds)


def reset(connection: socket.socket) -> None:
    """Read the request and hang up."""
    connection.recv(65_536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def keep_silent(connection: socket.socket) -> None:
    """Read the request and never answer: the client hangs up first."""
    connection.recv(65_536)
    connection.recv(1)


def break_off(connection: socket.socket) -> None:
    """Promise more than is sent."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")


def redirect(connection: socket.socket) -> None:
    """Send the client elsewhere."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def flood(connection: socket.socket) -> None:
    """Answer with more than any token response holds."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 200_000)
    connection.recv(1)


def redirect_to_no_address(connection: socket.socket) -> None:
    """Send the client to what is no address."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 302 X\r\nLocation: http://[\xff\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("answer", [reset, keep_silent, break_off, flood])
def test_a_request_that_arrived_without_a_whole_answer_may_have_been_spent(
    answer: Callable[[socket.socket], None],
) -> None:
    """Reset, time-out, half an answer, endless answer: none proves that NetSuite did nothing."""
    with server(answer) as url, pytest.raises(errors.AnswerLost) as raised:
        send(url)
    assert raised.value.maybe_spent
    assert "canary" not in f"{raised.value} {raised.value.__cause__}"


@pytest.mark.parametrize("answer", [redirect, redirect_to_no_address])
def test_a_redirect_is_not_followed(answer: Callable[[socket.socket], None]) -> None:
    """What was sent goes to the token endpoint and nowhere else; the address is not even looked at."""
    with server(answer) as url, pytest.raises(errors.ServerFailed):
        send(url)


@pytest.mark.parametrize("head", [b"200 OK", b"400 No", b"302 X\r\nLocation: /"], ids=["success", "error", "redirect"])
def test_we_hang_up_on_an_answer_without_an_end(head: bytes) -> None:
    """Whatever it says it is: no more is read than a token response can hold."""
    sent: list[int] = []

    def pour(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 " + head + b"\r\n\r\n")
        while len(sent) < 1000:
            connection.sendall(b"x" * 65_536)
            sent.append(65_536)

    with server(pour) as url, pytest.raises(errors.AnswerLost):
        send(url)
    assert sum(sent) < 10_000_000, "more than what the two sockets hold between them was taken"


def test_a_refused_connection_proves_that_nothing_was_spent() -> None:
    """The request never left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(errors.NotReached) as raised:
        send(f"http://127.0.0.1:{port}/token")
    assert not raised.value.maybe_spent


def test_an_unknown_host_proves_that_nothing_was_spent() -> None:
    """The name was never found (RFC 6761: `.invalid` never is)."""
    with pytest.raises(errors.NotReached):
        send("https://netsuite.invalid/token")


def test_the_environment_cannot_send_a_request_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable in the function's environment does not see codes and secrets."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with server(break_off) as url, pytest.raises(errors.AnswerLost):
            send(url)
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has come
            proxy.accept()


def test_a_server_that_no_authority_vouches_for_is_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no variable of the environment makes one of it."""
    certificate = make_tls_certificate(tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            heard.append(secured.recv(65_536))

    with server(listen) as url, pytest.raises(errors.NotReached) as raised:
        send(url.replace("http://127.0.0.1", "https://localhost"))
    assert heard in ([], [b""])
    assert not raised.value.maybe_spent


def test_overridden_endpoints_are_used_as_they_are() -> None:
    """A client may point at another server on this machine."""
    client = Client("1234567", "id", "secret", {"token_endpoint": "http://127.0.0.1:1/token"})
    assert prepare_refresh(client, "x").url == "http://127.0.0.1:1/token"
