"""A deployment with very many connections: the real sweep and the real rotation, over hours of simulated time.

Workers are as many as the template's parameter for concurrent rotations allows; each takes the next message when it is
free. One message is handled whole at the moment it begins, so what waits for a quota is a little approximate in its
order, never in its amount.
"""

from __future__ import annotations

import contextlib
import heapq
import io
import json
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from suitetoken.aws.marks import mark_token
from suitetoken.documents import Connection, TokenDocument
from tests.samples.tokens import CONFIDENTIAL, NOW, SCOPE, make_access_jwt, make_access_token, make_grant
from tests.scale.memory import MemoryQueue, MeteredSecrets, make_clients
from tests.scale.quotas import Meter
from tests.worlds.small_netsuite import TokenAdapter
from tests.worlds.world import Clock, LambdaContext
from token_broker.context.outcome import Request
from token_broker.grants.due import find_refresh_at
from token_broker.rotation.rotation import rotate
from token_broker.runtime import Runtime
from token_broker.sweep import make_handler

SWEEP = 300
LIFE = 3600
_ENVIRON = {
    "SUITETOKEN_PREFIX": "suitetoken",
    "SUITETOKEN_PUBLIC_URL": "https://broker.example",
    "SUITETOKEN_QUEUE_URL": "queue",
    "POWERTOOLS_SERVICE_NAME": "scale",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
Sweep = Callable[[Runtime], object]


@dataclass
class Report:
    """What came of it. Times are seconds."""

    connections: int
    hours: float
    workers: int
    meter: Meter
    sweep_seconds: list[float] = field(default_factory=list)
    looks: int = 0
    rotations: int = 0
    expired: int = 0
    oldest: float = 0.0
    busy_seconds: float = 0.0
    asked_by_sweep: list[int] = field(default_factory=list)
    rotated_by_sweep: Counter[int] = field(default_factory=Counter)

    @property
    def spread(self) -> float:
        """The most rotations in one sweep's interval, to their mean; 1 is even. The first hour is left out."""
        counted = [number for sweep, number in self.rotated_by_sweep.items() if sweep * SWEEP >= LIFE]
        return max(counted) * len(counted) / sum(counted) if counted else 0.0


class EndlessNetSuite(TokenAdapter):
    """Answers every refresh of a confidential client, after a while."""

    def __init__(self, meter: Meter) -> None:
        """Answer on this meter's clock."""
        super().__init__()
        self._meter = meter

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Give a new access token."""
        self._meter.charge("NetSuite")
        now = int(self._meter.clock.now)
        token = make_access_jwt(iat=now, exp=now + LIFE, oit=NOW)
        body = {"access_token": token, "expires_in": "3600", "token_type": "bearer"}
        return self.respond(request, 200, json.dumps(body))


def sweep_of_the_template(runtime: Runtime) -> None:
    """Sweep as the sweep function does."""
    make_handler(runtime)({"scheduled_time": str(runtime.broker.now())}, LambdaContext("sweep"))  # type: ignore[arg-type]


def sweep_by_asking_for_all(runtime: Runtime) -> None:
    """Sweep as it was done before: one message for each connection, however fresh its token."""
    broker = runtime.broker
    broker.queue.ask_for_all(broker.store.list_names("connection"), str(broker.now()))


def simulate(
    connections: int,
    hours: float,
    *,
    workers: int,
    sweep: Sweep = sweep_of_the_template,
    seed: int = 1,
    tell: Callable[[int, int], object] = lambda *_: None,
) -> Report:
    """Run a deployment whose connections were authorized at random moments of the last half hour."""
    clock = Clock()
    meter = Meter(clock)
    secrets, queue, make_client = make_clients(meter)
    fill(secrets, connections, random.Random(seed))  # noqa: S311
    runtime = Runtime.from_environ(
        _ENVIRON, now=clock, make_session=EndlessNetSuite(meter).make_session, make_client=make_client
    )
    report = Report(connections, hours, workers, meter)
    with contextlib.redirect_stdout(io.StringIO()):
        for number in _run(runtime, queue, report, sweep, int(hours * 3600 / SWEEP)):
            tell(number, int(hours * 3600 / SWEEP))
    return report


def fill(secrets: MeteredSecrets, connections: int, chance: random.Random) -> None:
    """Store what a broker would have: tokens of every age up to when they are due."""
    secrets.fill("suitetoken/client/acme", CONFIDENTIAL.to_json(), "first")
    for number in range(connections):
        name = f"{chance.choice('abcdefghijklmnopqrstuvwxyz0123456789')}-team-{number}"
        issued = NOW - chance.randrange(1800)
        grant = make_grant(authorized_at=issued, expires_at=NOW + 604_800)
        due = find_refresh_at(name, issued, LIFE, one_time=False)
        token = make_access_token(
            issued_at=issued, expires_at=issued + LIFE, refresh_at=due, authorized_at=issued, grant_id=grant.id
        )
        document = TokenDocument(token)
        secrets.fill(f"suitetoken/connection/{name}", Connection("acme", SCOPE, grant=grant).to_json(), "first")
        secrets.fill(f"suitetoken/token/{name}", document.to_json(), mark_token(document) or "")


def _run(runtime: Runtime, queue: MemoryQueue, report: Report, sweep: Sweep, sweeps: int) -> Iterator[int]:
    clock = report.meter.clock
    free = [float(NOW)] * report.workers
    waiting: deque[tuple[float, str]] = deque()
    for number in range(sweeps):
        clock.now = began = NOW + number * SWEEP
        sweep(runtime)
        report.sweep_seconds.append(clock.now - began)
        pending = {name for _, name in waiting}
        fresh = [message for message in queue.sent if message[1] not in pending]
        report.asked_by_sweep.append(len(fresh))
        waiting.extend(fresh)
        queue.sent.clear()
        _work(runtime, report, waiting, free, began + SWEEP)
        yield number + 1


def _work(runtime: Runtime, report: Report, waiting: deque[tuple[float, str]], free: list[float], until: float) -> None:
    clock = report.meter.clock
    while waiting and max(waiting[0][0], free[0]) < until:
        sent, name = waiting.popleft()
        clock.now = began = max(sent, heapq.heappop(free))
        before = _read_token(runtime, name)
        outcome = rotate(runtime.broker, name, Request(), lambda: 90.0)
        heapq.heappush(free, clock.now)
        report.looks += 1
        report.busy_seconds += clock.now - began
        if outcome.name == "rotated":
            report.rotations += 1
            report.rotated_by_sweep[int((began - NOW) // SWEEP)] += 1
            report.oldest = max(report.oldest, clock.now - before["issued_at"])
            report.expired += clock.now > before["expires_at"]


def _read_token(runtime: Runtime, name: str) -> dict[str, Any]:
    client: Any = runtime.broker.store._client
    held = client.held[f"suitetoken/token/{name}"]
    document: dict[str, Any] = json.loads(held.bodies[held.find("AWSCURRENT")])
    return document


def workers_for(connections: int) -> int:
    """Return how many rotations at a time this many connections need: a second and a half each, every half hour."""
    return max(5, -(-connections * 3 // 2 // 1400))
