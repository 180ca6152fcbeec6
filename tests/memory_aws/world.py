"""A deployment in this process over AWS in memory: for the same flows run very many times."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from local.aws import corrected_moto
from tests.memory_aws.secrets import MemorySecrets
from tests.worlds.world import Clock, World, make_world_of, session


@dataclass
class MemoryQueue:
    """Plays the boto3 client of SQS; messages come back in their order, and go when they are deleted."""

    waiting: list[dict[str, str]] = field(default_factory=list)

    def get_queue_url(self, **_: str) -> dict[str, str]:
        """Name the one queue."""
        return {"QueueUrl": "https://queue.example"}

    def send_message(self, *, MessageBody: str, **_: str) -> dict[str, Any]:  # noqa: N803
        """Take a message."""
        self.waiting.append({"Body": MessageBody, "ReceiptHandle": str(len(self.waiting))})
        return {}

    def send_message_batch(self, *, Entries: list[dict[str, str]], **_: str) -> dict[str, Any]:  # noqa: N803
        """Take messages."""
        for entry in Entries:
            self.send_message(MessageBody=entry["MessageBody"])
        return {}

    def receive_message(self, **_: str) -> dict[str, Any]:
        """Give the oldest message."""
        return {"Messages": self.waiting[:1]}

    def delete_message(self, **_: str) -> None:
        """Forget the oldest message."""
        self.waiting.pop(0)


@dataclass
class MemoryEvents:
    """Plays the boto3 client of EventBridge; takes everything, or nothing where it is `closed`.

    `meanwhile` holds what others do while the next events are on their way there.
    """

    taken: list[dict[str, str]] = field(default_factory=list)
    closed: bool = False
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        """Take events."""
        if self.meanwhile:
            self.meanwhile.pop(0)()
        self.taken += [] if self.closed else Entries
        return {"FailedEntryCount": len(Entries) if self.closed else 0, "Entries": [{} for _ in Entries]}


def bus_of(world: World) -> MemoryEvents:
    """Return the event bus of a world in memory."""
    bus: Any = world.broker.events._client
    assert isinstance(bus, MemoryEvents)
    return bus


def told(world: World, kind: str) -> list[dict[str, Any]]:
    """Return the details of the events of a kind that were taken."""
    return [json.loads(each["Detail"]) for each in bus_of(world).taken if each["DetailType"] == kind]


@contextmanager
def make_memory_world(
    make_session: Callable[[], requests.Session],
    clock: Clock | None = None,
    reading_lag: Callable[[], float] = lambda: 0.0,
) -> Iterator[World]:
    """Give a world whose AWS is in memory; only KMS is moto's, from when it is first asked for.

    `reading_lag` gives the seconds by which readings of secrets are behind.
    """
    moment = clock or Clock()
    clients: dict[str, Any] = {
        "secretsmanager": MemorySecrets(moment, reading_lag=reading_lag),
        "sqs": MemoryQueue(),
        "events": MemoryEvents(),
    }
    with ExitStack() as until:

        def make_client(service: str, **_: Any) -> Any:
            if service not in clients:
                until.enter_context(corrected_moto(moment))
                clients[service] = session().client(service)
            return clients[service]

        yield make_world_of(make_client, "https://queue.example", make_session, moment)
