"""Queue and schedule call their functions as AWS documents it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from local.stack.intrinsics import TemplateError
from local.triggers.queue import Mapped, QueueDriver, find_failed, make_event
from local.triggers.schedule import ScheduleDriver, parse_period
from local.triggers.schedule import make_event as make_schedule_event
from tests.samples.aws_events import SCHEDULED_TIME, SQS_FIFO

MAPPED = Mapped("url", "arn:aws:sqs:us-east-2:123456789012:fifo.fifo", "us-east-2", 1, 1, reports_failures=True)
DOCUMENTED = SQS_FIFO["Records"][0]
MESSAGE = {
    "MessageId": DOCUMENTED["messageId"],
    "ReceiptHandle": DOCUMENTED["receiptHandle"],
    "MD5OfBody": DOCUMENTED["md5OfBody"],
    "Body": DOCUMENTED["body"],
    "Attributes": DOCUMENTED["attributes"],
    "MessageAttributes": {"kind": {"StringValue": "a", "DataType": "String"}},
}


class OneMessage:
    """A queue with one message, which comes back until it is deleted or was taken three times."""

    def __init__(self) -> None:
        """Hold the message."""
        self.taken = 0
        self.deleted: list[str] = []

    def receive_message(self, **_: Any) -> dict[str, Any]:
        """Give the message once."""
        self.taken += 1
        return {"Messages": [MESSAGE]} if self.taken == 1 else {}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 (boto3's names)
        """Note the deletion."""
        self.deleted.append(ReceiptHandle)


def test_fifo_event_is_the_documented_one() -> None:
    """The developer guide's sample FIFO message gives its sample event (AWS Lambda, "Using Lambda with Amazon SQS")."""
    record = make_event([MESSAGE], MAPPED)["Records"][0]
    assert record == {**DOCUMENTED, "messageAttributes": {"kind": {"stringValue": "a", "dataType": "String"}}}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, {"a", "b"}),
    ],
)
def test_partial_failures(answer: Any, failed: set[str]) -> None:
    """ReportBatchItemFailures: an empty list is success, an answer Lambda cannot use fails the whole batch."""
    assert find_failed(answer, {"a", "b"}, MAPPED) == failed


def test_handled_message_is_deleted() -> None:
    """A message the function took without complaint leaves the queue."""
    sqs = OneMessage()
    assert QueueDriver(sqs, MAPPED, lambda _: {"batchItemFailures": []}).drain() == 1
    assert sqs.deleted == [MESSAGE["ReceiptHandle"]]


@pytest.mark.parametrize("raises", [True, False])
def test_failed_message_stays(raises: bool) -> None:
    """A message the function failed on, or crashed over, stays until its visibility timeout is over."""

    def invoke(event: dict[str, Any]) -> Any:
        if raises:
            raise ZeroDivisionError
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}

    sqs = OneMessage()
    assert QueueDriver(sqs, MAPPED, invoke).drain() == 1
    assert sqs.deleted == []


class Line:
    """A queue without end: what is put there is given once; what was not deleted comes back where it is put again."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.looks = 0
        self.waiting: list[dict[str, Any]] = []

    def receive_message(self, **_: Any) -> dict[str, Any]:
        """Give one message, if there is one."""
        self.looks += 1
        return {"Messages": [self.waiting.pop()]} if self.waiting else {}

    def delete_message(self, **_: Any) -> None:
        """It was given once already."""


@contextmanager
def going_on(line: Line, invoke: Callable[[dict[str, Any]], Any], look_every: float) -> Iterator[QueueDriver]:
    """Give a driver of five that has looked once with each of them, and goes on by itself."""
    driver = QueueDriver(line, replace(MAPPED, concurrency=5), invoke, look_every=look_every)
    driver.start()
    try:
        while line.looks < 5:
            time.sleep(0.01)
        yield driver
    finally:
        driver.close()


def test_a_queue_at_rest_is_left_alone() -> None:
    """Nobody looks again and again: a twin that nobody uses costs next to nothing."""
    line = Line()
    with going_on(line, lambda _: None, look_every=60):
        time.sleep(1)
        assert line.looks == 5


def test_what_is_sent_is_taken_at_once() -> None:
    """Without waiting for the next look, and without another look by everybody ever after."""
    line, done = Line(), Event()
    with going_on(line, lambda _: done.set(), look_every=60) as driver:
        line.waiting.append(MESSAGE)
        driver.notify()
        assert done.wait(30)
    assert line.looks <= 5 + 5 + 1


def test_what_comes_back_by_itself_is_found() -> None:
    """Nobody sends again what a function failed on: a look from time to time finds it."""
    line, done = Line(), Event()
    with going_on(line, lambda _: done.set(), look_every=0.05):
        line.waiting.append(MESSAGE)
        assert done.wait(30)


def test_schedule_puts_the_scheduled_time_in() -> None:
    """`<aws.scheduler.scheduled-time>` becomes the time in UTC, as the Scheduler's guide shows it."""
    event = make_schedule_event('{"scheduled_time": "<aws.scheduler.scheduled-time>"}', 1647975583.9)
    assert event == {"scheduled_time": SCHEDULED_TIME}


def test_tick_goes_by_the_given_clock() -> None:
    """A tick invokes the target with the clock's time and returns its answer."""
    schedule = ScheduleDriver(300, '{"at": "<aws.scheduler.scheduled-time>"}', lambda event: event["at"], lambda: 0.0)
    assert schedule.tick() == "1970-01-01T00:00:00Z"
    schedule.close()


@pytest.mark.parametrize(("text", "seconds"), [("cron(0/5 * * * ? *)", 300), ("cron(0/1 * * * ? *)", 60)])
def test_periods(text: str, seconds: int) -> None:
    """A cron expression of every so many minutes."""
    assert parse_period(text) == seconds


@pytest.mark.parametrize("text", ["cron(0 10 * * ? *)", "rate(5 minutes)"])
def test_other_schedules_are_named(text: str) -> None:
    """An expression of another kind is an error that names it."""
    with pytest.raises(TemplateError, match=re.escape(text)):
        parse_period(text)
