"""One HTTP exchange: TLS is checked against the authorities that boto3 would trust, and nothing is followed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from suitetoken.reader.direct.exchange import send
from tests.readers.aws import serving
from tests.samples.tls_certificate import make_tls_certificate


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was sent, or leads elsewhere."""

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(f"{self.path} {self.headers['X-Any']} {body.decode()}".encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The server's certificate."""
    return make_tls_certificate(tmp_path)


@pytest.fixture
def url(certificate: Path) -> Iterator[str]:
    """The address of a server with that certificate."""
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        yield f"https://localhost:{port}"


def test_named_authorities_are_trusted(url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_CA_BUNDLE names whom to trust, as it does for boto3."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    answer = send("POST", f"{url}/a?b=c", {"X-Any": "x"}, b"body", 5)
    assert (answer.status, answer.body) == (200, b"/a?b=c x body")
    assert "GMT" in answer.date


def test_nobody_else_is_trusted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of nobody known is refused before anything is sent."""
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with pytest.raises(ssl.SSLCertVerificationError):
        send("POST", url, {}, b"", 5)


def test_another_name_is_refused(url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trusted certificate of another host is refused too."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    with pytest.raises(ssl.SSLCertVerificationError):
        send("POST", url.replace("localhost", "127.0.0.1"), {}, b"", 5)


def test_no_redirect_is_followed(url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that leads elsewhere is an answer."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert send("POST", f"{url}/elsewhere", {"X-Any": "x"}, b"", 5).status == 302


@pytest.mark.parametrize("url", ["ftp://localhost/", "file:///etc/passwd", "localhost"])
def test_other_schemes_are_refused(url: str) -> None:
    """Only HTTP is spoken."""
    with pytest.raises(ValueError, match="HTTP"):
        send("GET", url, {}, b"", 5)
