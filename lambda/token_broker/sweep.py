"""The sweep function: on schedule, one message for each connection, so that each is looked at once per sweep."""

from __future__ import annotations

from typing import Any, cast

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from token_broker.runtime import METRICS_NAMESPACE, Handler, Runtime, make_entry_point


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is the schedule's input: `{"scheduled_time": …}`."""

    @runtime.logger.inject_lambda_context(log_event=False)
    @runtime.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        scheduled = str(event.get("scheduled_time") or context.aws_request_id)
        names = runtime.broker.store.list_names("connection")
        count = runtime.broker.queue.ask_for_all(names, scheduled)
        _count(runtime, count)
        return {"connections": count}

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""


def _count(runtime: Runtime, count: int) -> None:
    runtime.logger.info("swept", connections=count)
    with single_metric(name="Connections", unit=MetricUnit.Count, value=count, namespace=METRICS_NAMESPACE) as metric:
        metric.add_dimension(name="prefix", value=runtime.settings.prefix)
