"""Asking a host: every way in which it can answer, or not."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from suitetoken.admin.doctor.hosts import MOST_AT_ONCE, Answer, describe, fetch, fetch_all


class Host(BaseHTTPRequestHandler):
    """Answers a path with the status it names, and remembers what it was sent."""

    seen: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        """Answer."""
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(int(self.path.strip("/") or 200))
        self.send_header("Location", "/500")
        self.end_headers()
        self.wfile.write(b"b" * 5000)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a host on this machine, which no proxy leads to."""
    for name in [name for name in os.environ if "proxy" in name.lower()]:
        monkeypatch.delenv(name)
    Host.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_any_status_is_an_answer(host: str) -> None:
    """A redirect too, which is not followed; the host's own time is read, and of a long body the beginning."""
    answers = [fetch(f"{host}/{status}") for status in (200, 302, 404, 503)]
    assert [answer.status for answer in answers] == [200, 302, 404, 503]
    assert all(answer.seconds for answer in answers)
    assert len(answers[0].body) == 1000
    assert [path for path, _ in Host.seen] == ["/200", "/302", "/404", "/503"]


def test_no_credentials_are_sent(host: str) -> None:
    """Nothing but what any GET has."""
    fetch(f"{host}/200")
    assert set(Host.seen[0][1]) == {"accept-encoding", "host", "user-agent", "connection"}


def test_no_answer_is_told_in_words(host: str) -> None:
    """A host that speaks no TLS, and a port where nobody listens."""
    assert "TLS" in fetch(host.replace("http", "https") + "/").failure
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "ConnectionRefusedError" in fetch(f"http://127.0.0.1:{port}/").failure


def test_reasons_are_told_apart() -> None:
    """What to look at differs: DNS, certificates, firewalls."""
    reasons = [socket.gaierror(), ssl.SSLCertVerificationError(), ssl.SSLError(), TimeoutError(), OSError()]
    told = [describe(reason) for reason in reasons]
    assert len(set(told)) == len(told)
    assert "DNS" in told[0]
    assert "not trusted" in told[1]


def test_each_host_is_asked_once_and_few_at_a_time() -> None:
    """However many clients share it."""
    running, most, lock = 0, 0, threading.Lock()
    enough = threading.Barrier(MOST_AT_ONCE)

    def ask(url: str) -> Answer:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        enough.wait(10)
        with lock:
            running -= 1
        return Answer(url, 200)

    urls = [f"https://{number}.example/" for number in range(2 * MOST_AT_ONCE)]
    assert [answer.url for answer in fetch_all(urls + urls, ask)] == sorted(urls)
    assert most == MOST_AT_ONCE
