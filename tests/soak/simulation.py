"""Simulated time over the real handlers: connections of every kind, people, operators, and all that goes wrong.

Everything is drawn from one seed, so a seed that fails fails again in the same way.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from zlib import crc32

from suitetoken.aws.records import client_secret, connection_secret, token_secret
from suitetoken.documents import Client, Connection, TokenDocument, never_authorized
from suitetoken.netsuite.machine import CLIENT_CREDENTIALS
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.crashes.kill import Killed
from tests.memory_aws.secrets import MemorySecrets
from tests.samples.tokens import SCOPE
from tests.soak.agenda import CONFIDENTIAL, MACHINE, PUBLIC, Again, Case, Planned
from tests.soak.deployment import (
    MOST_RECEIVED,
    RETENTION_SECONDS,
    VISIBILITY_SECONDS,
    Deployment,
    MemoryEvents,
    MemoryQueue,
    Message,
)
from tests.soak.laws import DEAD, Laws
from tests.soak.netsuite import KINDS, Record, StormyNetSuite
from tests.soak.people import DAY, People
from tests.soak.weather import Act, Effects, Log, Spells
from tests.worlds.world import Clock
from token_broker import web

SWEEP = 300
STEPS_A_DAY = 86_400 // SWEEP
_ROTATE_SECONDS, _SWEEP_SECONDS = 90, 60
_KINDS = (CONFIDENTIAL, PUBLIC, MACHINE)
_LATENESS = (0.0, 2.0, 15.0, 55.0)
_SKEWS = (-50.0, -10.0, 0.0, 0.0, 30.0, 120.0, 180.0)
_LAGS = (0.0, 0.0, 1.0, 20.0, 200.0)
_DEEPEST = 3
_KEYS_DAYS = 15


class Simulation:
    """One deployment through simulated time."""

    def __init__(self, seed: int, connections: int, accidents: float) -> None:
        """Begin with so many connections, a third of each kind, that nobody has authorized yet."""
        chance = Random(seed)  # noqa: S311 - a simulation
        self.chance, self.clock, self.log, self.trace = chance, Clock(), Log(), 0
        effects = Effects(self.clock, self.log, self.pass_time, self._observe, accidents)
        weather = Spells(chance, KINDS, 0.7)
        self.netsuite = StormyNetSuite(self.clock, weather, self.log, self.pass_time, chance.choice(_SKEWS))
        self.netsuite.asked = self._note_asking
        secrets = MemorySecrets(self.clock, lag=lambda: chance.choice(_LAGS))
        queue = MemoryQueue(self.clock, chance, effects, self._accept)
        for key in (LINK_KEY, STATE_KEY):
            secrets.create_secret(Name=f"suitetoken/{key}", SecretString=f"{key}-canary-" + "k" * 48)
        aws = {"secretsmanager": secrets, "sqs": queue, "events": MemoryEvents()}
        self.deployment = Deployment(chance, self.netsuite, effects, aws)
        self.laws = Laws(secrets, self.netsuite, self.clock, self.log)
        self.people = People(self, chance, self.netsuite, self.deployment.start(web.make_handler).runtime)
        self.cases = {case.name: case for case in map(self._add, range(connections))}
        for case in self.cases.values():
            self.people.begin(case)

    def step(self) -> None:
        """Let one sweep come round, and everything that happens in the five minutes after it."""
        begin = self.clock.now
        for spells in (*self.deployment.weather.values(), self.netsuite.weather):
            spells.look(begin, SWEEP)
        self._sweep()
        for case in self.cases.values():
            self._live(case, begin + SWEEP)
        if self.chance.random() < SWEEP / (_KEYS_DAYS * DAY):
            with contextlib.suppress(Exception, Killed):  # an operator who is told of an error, and leaves it
                self.people.replace_keys()
        self.clock.now = begin + SWEEP

    def pass_time(self, seconds: float) -> None:
        """Let time pass inside an act; what others do to the same connection meanwhile happens in between."""
        end, act = self.clock.now + seconds, self.log.acts[-1] if self.log.acts else None
        if act is not None and act.case is not None and len(self.log.acts) < _DEEPEST:
            act.case.give_again(end)
            while (taken := act.case.take(end)) is not None:
                self._run(act.case, *taken)
        self.clock.now = max(end, self.clock.now)

    def _add(self, number: int) -> Case:
        """Add a client and a connection, as the command line does."""
        kind, name = _KINDS[number % 3], f"connection-{number}"
        secret = f"client-secret-canary-{number}" if kind == CONFIDENTIAL else None
        client = Client("1234567_SB1", f"{number:064x}", secret)
        connection = Connection(name, SCOPE)
        if kind == MACHINE:
            connection = Connection(name, ("rest_webservices",), grant_type=CLIENT_CREDENTIALS)
        problem = never_authorized(name, int(self.clock.now))
        documents = {
            client_secret(name): client,
            connection_secret(name): connection,
            token_secret(name): TokenDocument(problem=problem),
        }
        for secret_name, document in documents.items():
            body = document.to_json()  # type: ignore[attr-defined]
            self.deployment.secrets.create_secret(Name=f"suitetoken/{secret_name}", SecretString=body)
        self.netsuite.records[client.client_id] = Record(name, client.client_id, secret)
        return Case(name, kind, client, trouble=self.clock.now, sick_since=self.clock.now)

    def _sweep(self) -> None:
        """Let the schedule fire, within its minute."""
        begin = self.clock.now
        self.clock.now += self.chance.choice(_LATENESS)
        self.log.acts.append(act := Act(None, self.clock.now + _SWEEP_SECONDS))
        with contextlib.suppress(Killed, Exception):  # the schedule fires again
            self.deployment.sweep(act.deadline)
        self.log.acts.pop()
        self.clock.now = begin
        if act.faults:
            for case in self.cases.values():
                case.trouble = begin

    def _live(self, case: Case, until: float) -> None:
        begin = self.clock.now
        case.give_again(until)
        while (taken := case.take(until)) is not None:
            self._run(case, *taken)
        self.clock.now = until
        self.laws.check_served(case)
        self.clock.now = begin

    def _run(self, case: Case, at: float, planned: Planned) -> None:
        """Do what was planned, note what went wrong in it, and check the laws."""
        self.clock.now = began = max(at, self.clock.now if self.log.acts else case.local)
        self.log.acts.append(act := Act(case, began + _ROTATE_SECONDS if planned.waits else float("inf")))
        try:
            planned.act()
        except Killed:
            self._replace(planned)
        finally:
            self.log.acts.pop()
        if act.faults:
            case.trouble = max(case.trouble, self.clock.now)
            case.faults += len(act.faults)
        case.local = self.clock.now
        self.trace = crc32(f"{self.trace} {case.name} {act.faults} {self.clock.now - began}".encode())
        self.laws.check_act(case, act)

    def _replace(self, planned: Planned) -> None:
        """Start another process in the place of the one that died."""
        if planned.waits:
            worker = self.chance.randrange(len(self.deployment.workers))
            self.deployment.workers[worker] = self.deployment.start_worker()
        else:
            self.people.runtime = self.deployment.start(web.make_handler).runtime

    def _accept(self, message: Message, at: float) -> None:
        """Have a message of the queue delivered at a time, when its group is free."""
        case = self.cases[message.name]
        case.plan(at, lambda: self._deliver(case, message), waits=True)

    def _deliver(self, case: Case, message: Message) -> None:
        began = self.clock.now
        if message.received >= MOST_RECEIVED or began - message.sent > RETENTION_SECONDS:
            self.log.note("sqs: given up")
            return
        message.received += 1
        case.trouble = max(case.trouble, began) if message.received > 1 else case.trouble
        again = Again(began + VISIBILITY_SECONDS, lambda: self._deliver(case, message))
        case.group_free_at = again.at
        case.again.append(again)
        worker = self.chance.randrange(len(self.deployment.workers))
        done = self.deployment.rotate(worker, message, began + _ROTATE_SECONDS)
        self.laws.check_no_crash(case, crashed=not done)
        if again in case.again:
            case.again.remove(again)
            case.group_free_at = min(case.group_free_at, self.clock.now)

    def _observe(self, name: str, parameters: dict[str, Any]) -> None:
        """Hear what was done to AWS."""
        act = self.log.acts[-1] if self.log.acts else None
        if act is None or act.case is None:
            return
        if name == "put_secret_value" and act.in_hand and act.in_hand in parameters["SecretString"]:
            act.in_hand = ""
        if name == "put_events":
            for entry in parameters["Entries"]:
                self._hear(act.case, entry["DetailType"], entry["Detail"])

    def _hear(self, case: Case, kind: str, text: str) -> None:
        detail = json.loads(text)
        if kind == "Consent Ending":
            held = self.deployment.secrets.held[f"suitetoken/{connection_secret(case.name)}"]
            grant = Connection.from_json(held.bodies[held.find("AWSCURRENT")], case.name).grant_id
            self.laws.check_reminder(case, grant, int(detail["expires_at"] - self.clock.now))
        if kind == "Token Rotated":
            self.laws.check_rotated(case, detail["expires_at"])
        if detail.get("problem") in DEAD:
            case.called = self.clock.now
        self.laws.check_event(case, text)
        self.people.hear(case, kind, detail.get("link"))

    def _note_asking(self, name: str) -> None:
        case = self.cases[name]
        case.asked.append(self.clock.now)
        self.laws.check_asked(case)


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def make_simulation(seed: int, connections: int, accidents: float = 1) -> Iterator[Simulation]:
    """Give a simulation; what its functions print goes nowhere."""
    with contextlib.redirect_stdout(_Nowhere()):
        yield Simulation(seed, connections, accidents)
