"""The sweep function: on schedule, one message for each connection, so that each is looked at once per sweep."""

from __future__ import annotations

from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from token_broker.metrics import count, emit
from token_broker.runtime import Handler, Runtime, make_entry_point


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is the schedule's input: `{"scheduled_time": …}`."""

    @runtime.logger.inject_lambda_context(log_event=False)
    @runtime.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        scheduled = str(event.get("scheduled_time") or context.aws_request_id)
        runtime.logger.set_correlation_id(scheduled)
        names = runtime.broker.store.list_names("connection")
        queued = runtime.broker.queue.ask_for_all(names, scheduled)
        runtime.logger.info("swept", connections=queued)
        emit(runtime.settings.prefix, [count("Connections", queued)])
        return {"connections": queued}

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""
