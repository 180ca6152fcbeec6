"""A token endpoint made of bytes: what it answers goes through the real requests, urllib3 and http.client."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from tests.samples.tokens import make_access_jwt, make_jwt

_SECRET = ("access_token", "code", "code_verifier", "refresh_token", "token", "client_assertion")


@dataclass(frozen=True)
class Wire:
    """One answer as it comes over the wire; its length is added unless the headers tell one."""

    body: bytes
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def bytes(self) -> bytes:
        """All that is received."""
        body = self.body
        own = () if any(name.lower() == "content-length" for name, _ in self.headers) else (len(body),)
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers)]
        lines += [f"Content-Length: {length}" for length in own]
        return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body


class Socket:
    """A connection that has received everything before it was asked."""

    def __init__(self, received: bytes, sent: Callable[[bytes], object]) -> None:
        """Hold what was received, and tell what is sent."""
        self._received, self._sent = received, sent

    def sendall(self, data: Any) -> None:
        """Send."""
        self._sent(bytes(data))

    def makefile(self, *_: object, **__: object) -> io.BytesIO:
        """Return what was received."""
        return io.BytesIO(self._received)

    def settimeout(self, _: float | None) -> None:
        """Wait for nothing."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class WireNetSuite:
    """Answers each token request with the next of `answers`, and with a good one where none is left."""

    now: Callable[[], float]
    answers: list[Wire] = field(default_factory=list)
    asked: int = 0
    secrets: set[str] = field(default_factory=set)

    def make_session(self) -> requests.Session:
        """Return a session whose requests come here."""
        session = requests.Session()
        session.mount("http://", _Adapter(self))
        session.mount("https://", _Nowhere(self))
        return session

    def make_good_answer(self) -> dict[str, Any]:
        """Return a token response that NetSuite could have given now."""
        now, number = int(self.now()), self.asked
        answer = {
            "access_token": make_access_jwt(iat=now, exp=now + 3600, oit=now, jti=f"access-{number}"),
            "refresh_token": make_jwt(iat=now, exp=now + 172_800, oit=now, jti=f"refresh-{number}"),
            "expires_in": "3600",
            "token_type": "bearer",
        }
        self.secrets |= {answer["access_token"], answer["refresh_token"]}
        return answer

    def connect(self) -> Socket:
        """Take one request."""
        self.asked += 1
        wire = self.answers.pop(0) if self.answers else Wire(json.dumps(self.make_good_answer()).encode())
        return Socket(wire.bytes, self._note)

    def _note(self, sent: bytes) -> None:
        form = parse_qs(sent.decode("latin-1"))
        self.secrets |= {value for name in _SECRET for value in form.get(name, [])}


class _Adapter(HTTPAdapter):
    """requests' own way of sending, with connections that lead to the stand-in."""

    def __init__(self, netsuite: WireNetSuite) -> None:
        self._netsuite = netsuite
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        super().init_poolmanager(*arguments, **settings)
        netsuite = self._netsuite

        class Connection(HTTPConnection):
            def _new_conn(self) -> Any:
                return netsuite.connect()

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool}


class _Nowhere(HTTPAdapter):
    """Every other address: there is nobody, and asking counts."""

    def __init__(self, netsuite: WireNetSuite) -> None:
        self._netsuite = netsuite
        super().__init__()

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        self._netsuite.asked += 1
        raise requests.ConnectionError("there is nobody")
