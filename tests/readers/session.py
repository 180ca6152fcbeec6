"""A session whose requests reach the NetSuite simulator, with a token that NetSuite really gave."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import requests
from requests.adapters import BaseAdapter

from local.netsuite import SimulatorAdapter, create_app
from suitetoken.reader import TokenReader
from suitetoken.session.netsuite_session import NetSuiteSession
from tests.readers.fake_secret import FakeSecret, Time
from tests.worlds.netsuite import RESTLET, SUITETALK, Stage


class RecordingAdapter(BaseAdapter):
    """Notes every request before it is sent on."""

    def __init__(self, behind: BaseAdapter) -> None:
        """Send over the adapter behind."""
        super().__init__()
        self.behind = behind
        self.sent: list[requests.PreparedRequest] = []
        self.timeouts: list[object] = []

    def send(self, request: requests.PreparedRequest, *args: object, **sending: object) -> requests.Response:
        """Note and send."""
        self.sent.append(request.copy())
        self.timeouts.append(sending.get("timeout"))
        response = self.behind.send(request, *args, **sending)  # type: ignore[arg-type]
        response.connection = self  # type: ignore[assignment]  # as the adapter of requests does
        return response

    def close(self) -> None:
        """Nothing is open."""


class FixedAnswer(BaseAdapter):
    """Answers every request in the same way, and notes it."""

    def __init__(self, status: int, **headers: str) -> None:
        """Answer with this status and these headers."""
        super().__init__()
        self._status = status
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Answer."""
        self.sent.append(request.copy())
        response = requests.Response()
        response.status_code = self._status
        response.headers.update(self._headers)
        response.raw = io.BytesIO(b"{}")
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Connected:
    """A simulator, the secret that holds its token, and a session that reads it."""

    stage: Stage
    secret: FakeSecret
    wire: RecordingAdapter
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Publish a first token."""
        self.rotate()
        self.session = self.make_session()

    def make_session(self, **options: object) -> NetSuiteSession:
        """Return a session with a reader of its own."""
        reader = TokenReader("finance-prod", read=self.secret, now=self.stage.clock, steady=self.stage.clock)
        session = NetSuiteSession(reader, sleep=self.pauses.append, random=lambda: 1.0, **options)  # type: ignore[arg-type]
        session.mount("https://", self.wire)
        return session

    def rotate(self) -> str:
        """Let NetSuite give a new token, and publish it."""
        self.secret.time.true = self.secret.time.wall = self.stage.clock()
        tokens = self.stage.authorize(self.stage.confidential)
        return self.secret.rotate(access_token=tokens["access_token"], rest_url=SUITETALK, restlet_url=RESTLET)

    def revoke(self) -> None:
        """Let NetSuite forget every token that it gave so far."""
        for chain in self.stage.simulator.chains.values():
            chain.revoked = True

    @property
    def sent_tokens(self) -> list[str | None]:
        """The tokens of the requests so far."""
        return [request.headers.get("Authorization", "").removeprefix("Bearer ") for request in self.wire.sent]


def connect(stage: Stage) -> Connected:
    """Return a session that is connected to the stage's simulator."""
    return Connected(stage, FakeSecret(Time()), RecordingAdapter(SimulatorAdapter(create_app(stage.simulator))))
