"""The deployment of a simulation: the real handlers in processes of their own, a queue that may repeat and reorder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.memory_aws.secrets import MemorySecrets
from tests.soak.netsuite import StormyNetSuite
from tests.soak.weather import Effects, FaultyClient, Spells
from tests.worlds.world import ORIGIN, Clock, LambdaContext
from token_broker import rotate, sweep
from token_broker.runtime import Handler, Runtime

VISIBILITY_SECONDS = 540
"""The template's: how long the queue keeps a message from others while a worker has it."""
RETENTION_SECONDS = 1800
MOST_RECEIVED = 3
_LATENCIES = (0.2, 0.5, 1, 2, 4, 9)
_UNUSUAL = 0.004
_ENVIRON = {
    "SUITETOKEN_PREFIX": "suitetoken",
    "SUITETOKEN_PUBLIC_URL": ORIGIN,
    "SUITETOKEN_QUEUE_URL": "https://queue.example/suitetoken-rotate.fifo",
    "POWERTOOLS_SERVICE_NAME": "soak",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_TRACE_DISABLED": "1",
}


@dataclass(frozen=True)
class Invocation(LambdaContext):
    """A context whose time passes with the simulation's clock, until `ends`."""

    clock: Clock = field(default_factory=Clock)
    ends: float = 0.0

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left."""
        return int((self.ends - self.clock.now) * 1000)


@dataclass
class Message:
    """A message of the queue; `received` counts how often a worker has got it."""

    body: str
    name: str
    sent: float
    received: int = 0


@dataclass
class MemoryQueue:
    """Plays the boto3 client of SQS. Messages are on their way for a while, and now and then twice, or never arrive."""

    clock: Clock
    chance: Random
    effects: Effects
    deliver: Callable[[Message, float], object]
    _seen: dict[str, float] = field(default_factory=dict)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Take up to ten messages."""
        for entry in Entries:
            self._take(entry)
        return {}

    def send_message(self, *, QueueUrl: str, **entry: Any) -> dict[str, Any]:  # noqa: N803
        """Take one message."""
        self._take(entry)
        return {}

    def get_queue_url(self, *, QueueName: str) -> dict[str, Any]:  # noqa: N803
        """Name the queue."""
        return {"QueueUrl": f"https://queue.example/{QueueName}"}

    def _take(self, entry: dict[str, Any]) -> None:
        now, same = self.clock.now, entry["MessageDeduplicationId"]
        if now - self._seen.get(same, 0.0) < 300:
            return
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[same] = now
        message = Message(entry["MessageBody"], entry["MessageGroupId"], now)
        unusual = self.chance.random() < _UNUSUAL
        what = self.chance.choice(("lost", "twice", "late")) if unusual else ""
        if what:
            self.effects.log.note(f"sqs: {what}")
        later = self.chance.choice((60, 200, 500)) if what == "late" else self.chance.choice(_LATENCIES)
        if what != "lost":
            self.deliver(message, now + later)
        if what == "twice":
            self.deliver(replace(message), now + self.chance.choice(_LATENCIES))


class MemoryEvents:
    """Plays the boto3 client of EventBridge."""

    def put_events(self, **_: Any) -> dict[str, Any]:
        """Take the events."""
        return {"FailedEntryCount": 0, "Entries": [{}]}


@dataclass
class Process:
    """One execution environment of a function."""

    runtime: Runtime
    handle: Handler


class Deployment:
    """The functions' processes, which end and begin, each with a clock that is a little off."""

    def __init__(self, chance: Random, netsuite: StormyNetSuite, effects: Effects, aws: dict[str, Any]) -> None:
        """Use these raw clients of AWS."""
        self._chance, self._netsuite, self._effects, self._aws = chance, netsuite, effects, aws
        self.weather = {
            service: Spells(chance, ("throttled", "unreachable", "writes fail", "failing"), days)
            for service, days in (("secretsmanager", 1.5), ("events", 2.0), ("sqs", 3.0))
        }
        self.workers = [self.start_worker() for _ in range(4)]
        self.sweeper = self.start(sweep.make_handler)

    @property
    def secrets(self) -> MemorySecrets:
        """Secrets Manager as it is."""
        secrets: MemorySecrets = self._aws["secretsmanager"]
        return secrets

    def make_client(self, service: str, **_: Any) -> FaultyClient:
        """Return what a process has in the place of a boto3 client."""
        return FaultyClient(self._aws[service], service, self.weather[service], self._effects)

    def start(self, make_handler: Callable[[Runtime], Handler]) -> Process:
        """Start a process."""
        clock, off = self._effects.clock, self._chance.choice((-2.0, -0.5, 0.0, 0.0, 0.5, 2.0, 20.0))
        made = Runtime.from_environ(
            _ENVIRON,
            now=lambda: clock.now + off,
            make_session=self._netsuite.make_session,
            make_client=self.make_client,
        )
        runtime = replace(made, broker=replace(made.broker, sleep=self._effects.pass_time))
        return Process(runtime, make_handler(runtime))

    def start_worker(self) -> Process:
        """Start a process of the rotate function."""
        return self.start(rotate.make_handler)

    def rotate(self, worker: int, message: Message, ends: float) -> bool:
        """Let a worker have a message; False where the queue gives it again."""
        context = Invocation("rotate", clock=self._effects.clock, ends=ends)
        attributes = {"SentTimestamp": str(int(message.sent * 1000))}
        record = {"messageId": "1", "eventSource": "aws:sqs", "body": message.body, "attributes": attributes}
        answer = self.workers[worker].handle({"Records": [record]}, context)  # type: ignore[arg-type]
        return not answer["batchItemFailures"]

    def sweep(self, ends: float) -> None:
        """Let the schedule fire."""
        context = Invocation("sweep", clock=self._effects.clock, ends=ends)
        event = {"scheduled_time": json.dumps(self._effects.clock.now)}
        self.sweeper.handle(event, context)  # type: ignore[arg-type]
