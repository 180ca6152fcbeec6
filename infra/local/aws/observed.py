"""What came out of the stack's functions: messages sent to queues, events put on the event bus, notices published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from moto.events.models import EventsBackend
from moto.sns.models import sns_backends
from moto.sqs.models import Message, Queue

_put_events = EventsBackend.put_events
_add_message = Queue.add_message


@dataclass(frozen=True, slots=True)
class PutEvent:
    """One event as it was put; `detail` is its JSON, read."""

    source: str
    kind: str
    detail: dict[str, Any]


@contextmanager
def observed_events() -> Iterator[list[PutEvent]]:
    """Give a list that grows by every event put in the block, oldest first."""
    seen: list[PutEvent] = []

    def put_events(bus: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = _put_events(bus, events)
        accepted = (event for event, entry in zip(events, answer, strict=True) if "EventId" in entry)
        seen.extend(PutEvent(each["Source"], each["DetailType"], json.loads(each["Detail"])) for each in accepted)
        return answer

    with patch.object(EventsBackend, "put_events", put_events):
        yield seen


@contextmanager
def observed_messages(notify: Callable[[], object]) -> Iterator[None]:
    """Call `notify` after each message that is put on a queue in the block, whether or not it is a duplicate."""

    def add_message(queue: Queue, message: Message) -> None:
        _add_message(queue, message)
        notify()

    with patch.object(Queue, "add_message", add_message):
        yield


def read_notices(account: str, region: str) -> list[str]:
    """Return the text of every notice published so far, topic by topic."""
    topics = sns_backends[account][region].topics.values()
    return [str(notice[1]) for topic in topics for notice in topic.sent_notifications]
