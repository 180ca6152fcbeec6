"""AWS in memory, as far as sweeps and rotations use it: Secrets Manager, SQS, EventBridge, for very many secrets."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from scale.quotas import LISTS, READS, WRITES, Meter
from token_broker.listing import AT_A_TIME

_PAGE = 100


@dataclass(slots=True)
class Held:
    """One secret: bodies by version id, version ids by label. Versions without a label are forgotten."""

    bodies: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def move(self, label: str, version: str) -> None:
        """Move a label; the version that AWSCURRENT leaves becomes AWSPREVIOUS."""
        if label == "AWSCURRENT" and label in self.labels:
            self.labels["AWSPREVIOUS"] = self.labels[label]
        self.labels[label] = version
        kept = set(self.labels.values())
        for gone in [each for each in self.bodies if each not in kept]:
            del self.bodies[gone]


class MemorySecrets:
    """Plays the boto3 client of Secrets Manager."""

    def __init__(self, meter: Meter) -> None:
        """Hold nothing yet."""
        self._meter = meter
        self.held: dict[str, Held] = {}
        self._names: list[str] = []

    def fill(self, name: str, body: str, version: str) -> None:
        """Have a secret from before."""
        self.held[name] = Held({version: body}, {"AWSCURRENT": version})

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "", VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        """Read a version by label or id."""
        self._meter.charge(READS)
        held = self.held.get(SecretId)
        version = VersionId or (held.labels.get(VersionStage, "") if held else "")
        if held is None or version not in held.bodies:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")
        stages = [label for label, at in held.labels.items() if at == version]
        return {"VersionId": version, "SecretString": held.bodies[version], "VersionStages": stages}

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        VersionStages: list[str],  # noqa: N803
    ) -> None:
        """Save a version under its labels."""
        self._meter.charge(WRITES)
        held = self.held[SecretId]
        held.bodies[ClientRequestToken] = SecretString
        for label in VersionStages:
            held.move(label, ClientRequestToken)

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str = "",  # noqa: N803
    ) -> None:
        """Move a label from one version to another."""
        self._meter.charge(WRITES)
        held = self.held[SecretId]
        if held.labels.get(VersionStage, "") != RemoveFromVersionId:
            raise ClientError({"Error": {"Code": "InvalidParameterException", "Message": ""}}, "UpdateStage")
        held.move(VersionStage, MoveToVersionId)

    def get_paginator(self, _: str) -> MemorySecrets:
        """List secrets, the only thing that comes in pages."""
        return self

    def paginate(self, *, Filters: list[dict[str, Any]], **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield pages of names and labels."""
        if len(self._names) != len(self.held):
            self._names = sorted(self.held)
        starts = Filters[0]["Values"]
        beside = AT_A_TIME if len(starts) == 1 and not starts[0].endswith("/") else 1
        names = [name for start in starts for name in self._starting(start)]
        for first in range(0, max(len(names), 1), _PAGE):
            self._meter.charge(LISTS, beside)
            yield {"SecretList": [self._describe(name) for name in names[first : first + _PAGE]]}

    def _starting(self, start: str) -> list[str]:
        return self._names[bisect_left(self._names, start) : bisect_left(self._names, start + "\uffff")]

    def _describe(self, name: str) -> dict[str, Any]:
        labels: dict[str, list[str]] = {}
        for label, version in self.held[name].labels.items():
            labels.setdefault(version, []).append(label)
        return {"Name": name, "SecretVersionsToStages": labels}


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


def make_clients(meter: Meter) -> tuple[MemorySecrets, MemoryQueue, Callable[..., Any]]:
    """Return the store, the queue, and what stands in for `boto3.client`."""
    secrets, queue, events = MemorySecrets(meter), MemoryQueue(meter), MemoryEvents(meter)
    clients = {"secretsmanager": secrets, "sqs": queue, "events": events}
    return secrets, queue, lambda service, **_: clients[service]
