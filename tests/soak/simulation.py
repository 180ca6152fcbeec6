"""Simulated time over the real handlers: connections of every kind, people, operators, and all that goes wrong.

Everything is drawn from one seed, so a seed that fails fails again in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zlib import crc32

from kill import Killed
from machine_samples import export, make_certificate, make_key
from soak.laws import Laws, Watched
from soak.stormy_netsuite import KINDS, StormyNetSuite
from soak.weather import FaultyClient, Log, Spells
from suitetoken.documents import Certificate, Certificates, Client
from suitetoken.machine import CLIENT_CREDENTIALS
from token_broker import rotate
from token_broker.runtime import Runtime
from token_samples import CONFIDENTIAL, PUBLIC
from world import ORIGIN, REGION, Clock, LambdaContext, World, make_world, session

SWEEP = 300
_HOUR = 3600
_DELAYS = (0.1, 1, 6, 20, 60)
"""Hours after which people follow a link; some never do."""


@dataclass(frozen=True)
class Invocation(LambdaContext):
    """A context whose time passes with the simulation's clock."""

    clock: Clock = field(default_factory=Clock)
    began: float = 0.0

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the 90 seconds."""
        return int((self.remaining - (self.clock() - self.began)) * 1000)


@dataclass
class Visit:
    """Somebody who will follow a link."""

    at: float
    name: str
    link: str


class Simulation:
    """One deployment through simulated time."""

    def __init__(self, world: World, netsuite: StormyNetSuite, chance: Random, log: Log, aws: list[Spells]) -> None:
        """Take a fresh world whose NetSuite is `netsuite`."""
        self.chance, self.log, self.netsuite, self.clock = chance, log, netsuite, world.clock
        self._calm, self._aws = world, aws
        self._weather = dict(zip(("secretsmanager", "events", "sqs"), aws, strict=True))
        self.connections: list[Watched] = []
        self.visits: list[Visit] = []
        self.laws = Laws(world.store, netsuite)
        self._acting: Watched | None = None
        self._world = self._restart()
        self.trace = 0

    def add(self, name: str, client: Client) -> None:
        """Add a connection and have it authorized, in fair weather."""
        self._calm.add_connection(name, client)
        self.connections.append(Watched(name, client, fair_since=self.clock()))
        self.visits.append(Visit(self.clock(), name, self._calm.make_link(name)))

    def add_machine(self, name: str) -> None:
        """Add a connection without a person, with a certificate that NetSuite knows and a key in Secrets Manager."""
        key = make_key()
        self._calm.store.create(f"key/{name}", export(key), "private key")
        until = int(self.clock()) + 365 * 86_400
        certificate = Certificate(
            f"key/{name}", "ES256", make_certificate(key), sha256(name.encode()).hexdigest(), int(self.clock()), until
        )
        held = Certificates(current=replace(certificate, certificate_id=f"id-of-{name}"))
        self._calm.add_connection(name, CONFIDENTIAL, grant_type=CLIENT_CREDENTIALS, certificates=held)
        self.connections.append(Watched(name, CONFIDENTIAL, fair_since=self.clock(), is_machine=True))

    def step(self) -> None:
        """Let one sweep come round, and everything that happens in the five minutes before it."""
        self.clock.advance(SWEEP)
        for spells in (*self._aws, self.netsuite.weather):
            spells.look(self.clock())
        for watched in self.connections:
            self._sweep(watched)
            self._live(watched)
        due = [visit for visit in self.visits if visit.at <= self.clock()]
        self.visits = [visit for visit in self.visits if visit.at > self.clock()]
        for visit in due:
            self._act(self._watched(visit.name), lambda visit=visit: self._follow(visit))

    def _sweep(self, watched: Watched) -> None:
        if watched.look_at > self.clock() and self.chance.random() > 0.02:
            self.laws.check_served(watched, self.clock())
            return
        self._act(watched, lambda: self._deliver(watched.name, "rotate"))

    def _live(self, watched: Watched) -> None:
        """Once in some days somebody authorizes early, and once in some weeks an operator revokes."""
        if watched.is_machine:
            return
        if self.chance.random() < SWEEP / (4 * 86_400):
            self.visits.append(Visit(self.clock(), watched.name, self._calm.make_link(watched.name)))
        if self.chance.random() < SWEEP / (30 * 86_400):
            watched.newest = (0, 0)
            self._act(watched, lambda: self._deliver(watched.name, "revoke"))
            later = self.clock() + self.chance.choice(_DELAYS) * _HOUR
            self.visits.append(Visit(later, watched.name, ""))

    def _act(self, watched: Watched, act: Any) -> None:
        """Do one thing to one connection, note what went wrong in it, and check the laws."""
        self._acting, self.log.now = watched, []
        began = self.clock()
        try:
            act()
        except Killed:
            self._world = self._restart()
        if self.log.now:
            watched.fair_since = self.clock()
            watched.faults += len(self.log.now)
            watched.doubt = watched.doubt or watched.client.is_public
        seen = f"{self.trace} {watched.name} {self.log.now} {self.clock() - began}"
        self.trace = crc32(seen.encode())
        self.laws.check(watched, self.clock())

    def _deliver(self, name: str, action: str) -> None:
        context = Invocation("rotate", 90, clock=self.clock, began=self.clock())
        record = {
            "messageId": "1",
            "eventSource": "aws:sqs",
            "body": json.dumps({"connection": name, "action": action}),
        }
        rotate.make_handler(self._world.runtime)({"Records": [record]}, context)  # type: ignore[arg-type]

    def _follow(self, visit: Visit) -> None:
        """Open a link, press the button, consent, come back: as far as it goes."""
        link = visit.link or self._calm.make_link(visit.name)
        page = self._world.post(link)
        if page.status != 303:
            return
        state = parse_qs(urlsplit(page.location).query)["state"][0]
        client = self._watched(visit.name).client
        self.netsuite.another_role = self.chance.random() < 0.05
        code = self.netsuite.consent(client.client_id)
        query = {"state": state, "role": "1017", "entity": "12", "company": client.account_id, "code": code}
        answer = self._world.get("/oauth/callback", urlencode(query))
        self.netsuite.another_role = False
        self._world.get(answer.headers.get("Location", "/health"))
        self._world.cookies.clear()

    def _observe(self, name: str, parameters: dict[str, Any]) -> None:
        """Hear what the broker did to AWS."""
        watched = self._acting
        if watched is None:
            return
        if name == "put_secret_value" and "/connection/" in parameters["SecretId"]:
            watched.writes.append(self.clock())
        if name == "put_events":
            for entry in parameters["Entries"]:
                self._hear(watched, entry["DetailType"], json.loads(entry["Detail"]))

    def _hear(self, watched: Watched, kind: str, detail: dict[str, Any]) -> None:
        if kind == "Consent Ending":
            grant = self._calm.connection(watched.name).grant_id
            self.laws.check_reminder(watched, grant, int(detail["expires_at"] - self.clock()))
        patient = kind == "Authorization Required" or self.chance.random() < 0.4
        if detail.get("link") and patient:
            at = self.clock() + self.chance.choice(_DELAYS) * _HOUR
            self.visits.append(Visit(at, watched.name, detail["link"].removeprefix(ORIGIN) if at % 2 else ""))

    def _restart(self) -> World:
        """Return the world as a new process sees it, through clients that fail."""

        def make_client(service: str, **settings: Any) -> FaultyClient:
            client = session().client(service, region_name=REGION, **settings)
            return FaultyClient(client, service, self._weather[service], self.log, self._observe)

        calm = self._calm.runtime
        environ = {
            "SUITETOKEN_PREFIX": "suitetoken",
            "SUITETOKEN_PUBLIC_URL": ORIGIN,
            "SUITETOKEN_QUEUE_URL": self._calm.queue_url,
            "POWERTOOLS_SERVICE_NAME": "soak",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
        made = Runtime.from_environ(
            environ, now=self.clock, make_session=self.netsuite.make_session, make_client=make_client
        )
        broker = replace(made.broker, sleep=self.clock.advance)
        return replace(self._calm, runtime=replace(made, broker=broker, tracer=calm.tracer), cookies={})

    def _watched(self, name: str) -> Watched:
        return next(watched for watched in self.connections if watched.name == name)


@contextmanager
def make_simulation(seed: int, connections: int) -> Iterator[Simulation]:
    """Give a simulation with a third of the connections of each kind: confidential, public, without a person."""
    chance, clock, log = Random(seed), Clock(), Log()  # noqa: S311 - a simulation
    aws = [
        Spells(chance, ("throttled", "unreachable", "writes fail", "failing"), days_between)
        for days_between in (1.5, 2.0, 3.0)
    ]
    netsuite = StormyNetSuite(clock, Spells(chance, KINDS, 0.7), log)
    with make_world(netsuite.make_session, clock) as world:
        simulation = Simulation(world, netsuite, chance, log, aws)
        for number in range(connections):
            if number % 3 == 2:
                simulation.add_machine(f"connection-{number}")
            else:
                simulation.add(f"connection-{number}", (CONFIDENTIAL, PUBLIC)[number % 3])
        yield simulation
