"""AWS in memory, as far as sweeps and rotations use it, with its rates and latencies: for very many secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.memory_aws.secrets import MemorySecrets
from tests.scale.quotas import LISTS, WRITES, Meter
from token_broker.rotation.listing import AT_A_TIME


class MeteredSecrets(MemorySecrets):
    """Secrets Manager with its rates and latencies; versions without a label are forgotten."""

    def __init__(self, meter: Meter) -> None:
        """Hold nothing yet."""
        super().__init__(meter.clock, self._measure, keep_unlabelled=False)
        self._meter = meter
        self._beside = 1

    def paginate(self, *, Filters: list[dict[str, Any]], **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield pages; those of lists by first characters are asked for several at a time."""
        starts = Filters[0]["Values"]
        self._beside = AT_A_TIME if len(starts) == 1 and not starts[0].endswith("/") else 1
        yield from super().paginate(Filters=Filters)

    def _measure(self, api: str) -> None:
        self._meter.charge(WRITES if api in WRITES else api, self._beside if api == LISTS else 1)


@dataclass
class MemoryQueue:
    """Plays the boto3 client of SQS for the sweep: notes which connection was asked for, and when."""

    meter: Meter
    sent: list[tuple[float, str]] = field(default_factory=list)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Take up to ten messages."""
        self.meter.charge("SendMessageBatch")
        self.sent += [(self.meter.clock.now, json.loads(entry["MessageBody"])["connection"]) for entry in Entries]
        return {}


@dataclass
class MemoryEvents:
    """Plays the boto3 client of EventBridge."""

    meter: Meter

    def put_events(self, **_: Any) -> dict[str, Any]:
        """Take the events."""
        self.meter.charge("PutEvents")
        return {"FailedEntryCount": 0, "Entries": [{}]}


def make_clients(meter: Meter) -> tuple[MeteredSecrets, MemoryQueue, Callable[..., Any]]:
    """Return the store, the queue, and what stands in for `boto3.client`."""
    secrets, queue, events = MeteredSecrets(meter), MemoryQueue(meter), MemoryEvents(meter)
    clients = {"secretsmanager": secrets, "sqs": queue, "events": events}
    return secrets, queue, lambda service, **_: clients[service]
