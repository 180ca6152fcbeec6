"""A token endpoint of a few lines, for tests that send very many requests or need one to go wrong in a chosen way.

Strict about what matters there: codes and one-time refresh tokens are good once, tokens of another client are refused.
The whole of NetSuite is played by `local.netsuite`.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from tests.samples.tokens import make_access_jwt, make_jwt

WEEK = 604_800
NEVER_SENT = requests.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
"""The fault of a NetSuite that cannot be reached."""
LOST = requests.ReadTimeout(ReadTimeoutError(None, "", "time-out"))  # type: ignore[arg-type]
"""The fault of an answer that does not come."""
_SECRET = frozenset({"access_token", "code", "code_verifier", "refresh_token", "token"})


@dataclass
class Chain:
    """One consent and the refresh tokens that came from it."""

    client_id: str
    public: bool
    began: float
    valid: set[str] = field(default_factory=set)


class TokenAdapter(BaseAdapter):
    """A token endpoint in this process: requests come here whatever their address."""

    def make_session(self) -> requests.Session:
        """Return a session whose requests come here."""
        session = requests.Session()
        session.mount("https://", self)
        return session

    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def respond(request: requests.PreparedRequest, status: int, body: str) -> requests.Response:
        """Return a response to the request."""
        response = requests.Response()
        response.status_code = status
        response.raw = io.BytesIO(body.encode())
        response.url = str(request.url)
        response.request = request
        return response


class SmallNetSuite(TokenAdapter):
    """Answers token and revocation requests, or fails as it was told to."""

    def __init__(self, now: Callable[[], float], rotation_hours: int = 168) -> None:
        """Know no code and no token yet.

        `before` and `after` hold the faults of the next requests: an exception, or a status and a body, in place of
        the answer; or an exception after the request took effect. `meanwhile` and `meanwhile_after` hold what others
        do while a request is on its way there, or its answer on its way back.
        """
        super().__init__()
        self._now = now
        self._rotation_seconds = rotation_hours * 3600
        self._numbers = itertools.count(1)
        self._codes: dict[str, str] = {}
        self.chains: list[Chain] = []
        self.requests: list[str] = []
        self.secrets: set[str] = set()
        self.before: list[Exception | tuple[int, str]] = []
        self.after: list[Exception] = []
        self.meanwhile: list[Callable[[], object]] = []
        self.meanwhile_after: list[Callable[[], object]] = []

    def consent(self, client_id: str) -> str:
        """Let a person consent, and return the code."""
        code = f"{next(self._numbers):064x}"
        self._codes[code] = client_id
        return code

    def accepts(self, refresh_token: str) -> bool:
        """Whether a refresh token is still good for something."""
        return any(refresh_token in chain.valid and self._alive(chain) for chain in self.chains)

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        """Answer one request, or fail before or after it took effect."""
        form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
        self.secrets |= {value for name, value in form.items() if name in _SECRET}
        self.requests.append(form.get("grant_type", "revoke"))
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.before:
            fault = self.before.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return self.respond(request, *fault)
        response = self.respond(request, *self._answer(request, form))
        if self.meanwhile_after:
            self.meanwhile_after.pop(0)()
        if self.after:
            raise self.after.pop(0)
        return response

    def _answer(self, request: requests.PreparedRequest, form: dict[str, str]) -> tuple[int, str]:
        public = "Authorization" not in request.headers
        if "revoke" in str(request.url):
            for chain in self.chains:
                if form["token"] in chain.valid:
                    chain.valid.clear()
            return 200, ""
        if form["grant_type"] == "authorization_code":
            client_id = self._codes.pop(form["code"], None)
            if client_id is None:
                return 400, '{"error":"invalid_grant"}'
            chain = Chain(client_id, public, self._now())
            self.chains.append(chain)
            return 200, self._tokens(chain, refresh=True)
        for chain in self.chains:
            if form["refresh_token"] in chain.valid and self._alive(chain):
                if chain.public:
                    chain.valid.clear()
                return 200, self._tokens(chain, refresh=chain.public)
        return 400, '{"error":"invalid_grant"}'

    def _tokens(self, chain: Chain, *, refresh: bool) -> str:
        now, number = int(self._now()), next(self._numbers)
        tokens = {
            "access_token": make_access_jwt(iat=now, exp=now + 3600, oit=int(chain.began), jti=f"access-{number}"),
            "expires_in": "3600",
            "token_type": "bearer",
        }
        if refresh:
            life = WEEK if not chain.public else 48 * 3600
            token = make_jwt(iat=now, exp=now + life, oit=int(chain.began), jti=f"refresh-canary-{number}")
            chain.valid.add(token)
            tokens["refresh_token"] = token
        self.secrets |= {str(value) for name, value in tokens.items() if name in _SECRET}
        return json.dumps(tokens)

    def _alive(self, chain: Chain) -> bool:
        return self._now() <= chain.began + (self._rotation_seconds if chain.public else WEEK)
