"""Takes messages from a queue and gives them to a function, as Lambda's event source mapping does.

Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS" (FIFO example event, ReportBatchItemFailures).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Condition, Lock, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

LOOK_SECONDS = 5
"""How often the queue is looked into although nothing was sent: what a function failed on comes back after a while."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mapped:
    """An event source mapping: from which queue, how many messages at once, how many invocations at once."""

    queue_url: str
    queue_arn: str
    region: str
    batch_size: int
    concurrency: int
    reports_failures: bool


def make_event(messages: Iterable[Mapping[str, Any]], mapped: Mapped) -> dict[str, Any]:
    """Return the function's event for messages as ReceiveMessage gives them."""
    return {"Records": [_make_record(message, mapped) for message in messages]}


def find_failed(result: Any, message_ids: set[str], mapped: Mapped) -> set[str]:
    """Return which messages come back: those the function names; all of them where its answer makes no sense."""
    if not mapped.reports_failures or not result:
        return set()
    try:
        failed = {failure["itemIdentifier"] for failure in result.get("batchItemFailures") or ()}
    except (AttributeError, KeyError, TypeError):
        return message_ids
    return failed if failed <= message_ids else message_ids


class QueueDriver:
    """Empties the queue: by `step` and `drain`, or by itself between `start` and `close`.

    By itself it rests until `notify` says that something was sent, or `look_every` seconds are over.
    """

    def __init__(
        self,
        sqs: Any,
        mapped: Mapped,
        invoke: Callable[[dict[str, Any]], Any],
        *,
        look_every: float = LOOK_SECONDS,
    ) -> None:
        """Look at nothing yet; `sqs` is a boto3 client."""
        self._sqs = sqs
        self._mapped = mapped
        self._invoke = invoke
        self._changed = Condition()
        self._stopped = False
        self._sent = 0
        self._one_receives = Lock()
        self._threads = [
            # One looks from time to time; the others help it when there is news.
            Thread(target=self._run, args=(None if number else look_every,), name=f"queue-{number}", daemon=True)
            for number in range(mapped.concurrency)
        ]

    def start(self) -> None:
        """Begin, with one thread for each invocation that may run at the same time."""
        for thread in self._threads:
            thread.start()

    def notify(self) -> None:
        """Let the queue be looked into at once: something was sent."""
        with self._changed:
            self._sent += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Stop, and wait for what is being handled."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def drain(self) -> int:
        """Handle messages until none is left that could be taken now; return how many."""
        total = 0
        while handled := self.step():
            total += handled
        return total

    def step(self) -> int:
        """Take one batch, invoke the function, delete what succeeded; return how many messages were taken."""
        messages = self._receive()
        if messages:
            failed = self._handle(messages)
            for message in messages:
                if message["MessageId"] not in failed:
                    self._sqs.delete_message(QueueUrl=self._mapped.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def _receive(self) -> list[dict[str, Any]]:
        """Receive one batch; one thread at a time, for moto would give two at once the same message."""
        with self._one_receives:
            answer = self._sqs.receive_message(
                QueueUrl=self._mapped.queue_url,
                MaxNumberOfMessages=self._mapped.batch_size,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _handle(self, messages: list[dict[str, Any]]) -> set[str]:
        ids = {message["MessageId"] for message in messages}
        try:
            result = self._invoke(make_event(messages, self._mapped))
        except Exception:  # noqa: BLE001 (whatever the function raises, its batch comes back; its log says what)
            return ids
        return find_failed(result, ids, self._mapped)

    def _run(self, patience: float | None) -> None:
        seen = -1
        while (seen := self._await_news(seen, patience)) >= 0:
            try:
                self.drain()
            except (BotoCoreError, ClientError):
                _log.exception("the queue could not be polled")

    def _await_news(self, seen: int, patience: float | None) -> int:
        """Rest until more was sent than was seen, or for so many seconds; return how much was sent, -1 at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._sent != seen, patience)
            return -1 if self._stopped else self._sent


def _make_record(message: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {key[:1].lower() + key[1:]: value for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": mapped.queue_arn,
        "awsRegion": mapped.region,
    }
