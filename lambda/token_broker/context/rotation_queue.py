"""Asking for rotations: one message each on the FIFO queue, whose group is the connection."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from suitetoken.aws.errors import translated
from suitetoken.documents import QueueMessage
from suitetoken.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
_LONGEST_DEDUPLICATION_ID = 128


class RotationQueue:
    """The queue that the rotate function works off, one message of a connection at a time."""

    def __init__(self, client: SQSClient, url: str) -> None:
        """Use this boto3 client."""
        self._client = client
        self._url = url

    def ask_for_all(self, names: Iterable[str], scheduled: str) -> int:
        """Ask for one rotation of each connection; a schedule that fires twice asks once. Returns how many.

        Each message carries the scheduled time on, so that a rotation's log leads back to its sweep's.
        """
        count = 0
        for batch in _batches(names):
            self._send(
                [
                    make_entry(QueueMessage(name, correlation_id=scheduled), f"{scheduled}:{name}", index)
                    for index, name in enumerate(batch)
                ]
            )
            count += len(batch)
        return count

    def ask_now(self, name: str) -> None:
        """Ask for one connection to be looked at now, whatever its token document says."""
        self._send([make_entry(QueueMessage(name, force=True), str(uuid.uuid4()), 0)])

    def _send(self, entries: list[SendMessageBatchRequestEntryTypeDef]) -> None:
        with translated("asking for rotations", self._url):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if answer.get("Failed"):
            raise Unavailable(f"{len(answer['Failed'])} rotations were not queued.", subject=self._url)


def make_entry(message: QueueMessage, deduplication_id: str, index: int) -> SendMessageBatchRequestEntryTypeDef:
    """Return one entry of a batch; its group is the connection, so that one message of it is worked on at a time."""
    return {
        "Id": str(index),
        "MessageBody": message.to_json(),
        "MessageGroupId": message.connection,
        "MessageDeduplicationId": deduplication_id[-_LONGEST_DEDUPLICATION_ID:],
    }


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    names = iter(names)
    while batch := list(islice(names, _BATCH)):
        yield batch
