"""A token's secret that a broker rotates, and clocks that go wrong, for tests of readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from suitetoken.documents import Problem, TokenDocument
from suitetoken.errors import AccessDenied, Unavailable
from suitetoken.reader import SecretValue, TokenReader
from tests.samples.tokens import NOW, make_access_token

LIFE = 3600
_SIGNATURE_SKEW = 900
"""AWS refuses a request that is signed with a clock further off."""
PROBLEM = Problem("invalid_grant", "Run `suitetoken link finance-prod` and authorize again.", NOW)


@dataclass
class Time:
    """True time, and the two clocks of a machine: `wall` can be set, `steady` stands still while it sleeps."""

    true: float = NOW
    wall: float = NOW
    steady: float = 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.true += seconds
        self.wall += seconds
        self.steady += seconds

    def freeze(self, seconds: float) -> None:
        """Let the machine sleep: it wakes up with the right wall clock."""
        self.true += seconds
        self.wall += seconds

    def set_wall(self, by: float) -> None:
        """Let somebody set the wall clock."""
        self.wall += by


@dataclass
class FakeSecret:
    """What a reader reads. `reads` notes when (true time); `outage` is raised in the place of an answer."""

    time: Time
    document: TokenDocument = field(default_factory=TokenDocument)
    outage: Exception | None = None
    has_date: bool = True
    reads: list[float] = field(default_factory=list)
    before_answer: Callable[[], object] | None = None

    def __call__(self) -> SecretValue:
        """Answer one reading."""
        self.reads.append(self.time.true)
        body = self.document.to_json()
        if self.before_answer is not None:
            self.before_answer()
        if self.outage is not None:
            raise self.outage
        if abs(self.time.wall - self.time.true) > _SIGNATURE_SKEW:
            raise AccessDenied("AWS refused these credentials (InvalidSignatureException).")
        return SecretValue(body, float(int(self.time.true)) if self.has_date else None)

    def rotate(self, life: int = LIFE, **fields: Any) -> str:
        """Publish a new token, due for rotation at half of its life; return it."""
        now = int(self.time.true)
        made = {
            "access_token": f"access-token-canary-{now}",
            "issued_at": now,
            "refresh_at": now + life // 2,
            "expires_at": now + life,
        }
        token = make_access_token(**{**made, **fields})
        self.document = TokenDocument(token)
        return token.access_token

    def complain(self) -> None:
        """Publish a problem beside the token that is there."""
        self.document = TokenDocument(self.document.token, PROBLEM)

    def withdraw(self) -> None:
        """Publish a problem alone, as after a revocation."""
        self.document = TokenDocument(None, PROBLEM)

    def go_down(self) -> None:
        """Let readings fail until `come_back`."""
        self.outage = Unavailable("AWS did not answer.", subject="suitetoken/token/finance-prod")

    def come_back(self) -> None:
        """Let readings succeed again."""
        self.outage = None

    def hold(self) -> Gate:
        """Let readings hang until the gate is opened."""
        gate = Gate()
        self.before_answer = gate.pass_through
        return gate


class Gate:
    """Holds up readings; a test that forgets to open it fails after a while instead of hanging."""

    def __init__(self) -> None:
        """Be closed."""
        self._open = Event()
        self.reached = Event()

    def pass_through(self) -> None:
        """Wait until it is open."""
        self.reached.set()
        assert self._open.wait(30), "nobody opened the gate"

    def open(self) -> None:
        """Let everybody through from now on."""
        self._open.set()


@dataclass
class Workload:
    """A reader of a fake secret, with the time that both of them see."""

    time: Time
    secret: FakeSecret
    reader: TokenReader

    def settle(self) -> None:
        """Wait until no reading is under way."""
        flight = self.reader._keeper._flight
        if flight is not None:
            flight.wait()

    def ask(self, min_remaining: float = 0) -> str:
        """Ask for a token, and let a reading in the background come to its end."""
        token = self.reader.token(min_remaining)
        self.settle()
        return token


def make_workload(random: Callable[[], float] = lambda: 0.5, *, has_date: bool = True) -> Workload:
    """Return a reader that has read nothing yet, of a secret with a token issued now."""
    time = Time()
    secret = FakeSecret(time, has_date=has_date)
    secret.rotate()
    reader = TokenReader("finance-prod", read=secret, now=lambda: time.wall, steady=lambda: time.steady, random=random)
    return Workload(time, secret, reader)
