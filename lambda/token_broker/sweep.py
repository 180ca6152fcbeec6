"""The sweep function: on schedule, one message for each connection, so that each is looked at once per sweep."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from suitetoken.aws_errors import translated
from suitetoken.errors import Unavailable
from token_broker.runtime import METRICS_NAMESPACE, Runtime

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is the schedule's input: `{"scheduled_time": …}`."""

    @runtime.logger.inject_lambda_context
    @runtime.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        scheduled = str(event.get("scheduled_time") or context.aws_request_id)
        count = 0
        for batch in _batches(runtime.broker.store.list_names("connection")):
            _send(runtime, [make_entry(name, scheduled, index) for index, name in enumerate(batch)])
            count += len(batch)
        _count(runtime, count)
        return {"connections": count}

    return cast(Handler, handle)


def make_entry(name: str, scheduled: str, index: int) -> SendMessageBatchRequestEntryTypeDef:
    """Return one message: its group is the connection, and a schedule that fires twice sends it once."""
    return {
        "Id": str(index),
        "MessageBody": json.dumps({"connection": name, "action": "rotate"}),
        "MessageGroupId": name,
        "MessageDeduplicationId": f"{scheduled}:{name}"[-128:],
    }


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point."""
    return _handler()(event, context)


@cache
def _handler() -> Handler:
    return make_handler(Runtime.from_environ(os.environ))


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    names = iter(names)
    while batch := list(islice(names, _BATCH)):
        yield batch


def _send(runtime: Runtime, entries: list[SendMessageBatchRequestEntryTypeDef]) -> None:
    queue_url = runtime.settings.queue_url
    with translated("sending rotations", queue_url):
        answer = runtime.queue.send_message_batch(QueueUrl=queue_url, Entries=entries)
    if answer.get("Failed"):
        raise Unavailable(f"{len(answer['Failed'])} rotations were not queued.", subject=queue_url)


def _count(runtime: Runtime, count: int) -> None:
    runtime.logger.info("swept", connections=count)
    with single_metric(name="Connections", unit=MetricUnit.Count, value=count, namespace=METRICS_NAMESPACE) as metric:
        metric.add_dimension(name="prefix", value=runtime.settings.prefix)
