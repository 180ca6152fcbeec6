"""The sweep function: on schedule, one message for each connection whose token is due or that has none."""

from __future__ import annotations

from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from token_broker.notices.metrics import count, emit
from token_broker.rotation.listing import find_due
from token_broker.runtime import Handler, Runtime, make_entry_point


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is the schedule's input: `{"scheduled_time": …}`."""

    @runtime.logger.inject_lambda_context(log_event=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        scheduled = str(event.get("scheduled_time") or context.aws_request_id)
        runtime.logger.set_correlation_id(scheduled)
        listed = find_due(runtime.broker.store, runtime.broker.now())
        queued = runtime.broker.queue.ask_for_all(listed.due, scheduled)
        runtime.logger.info("swept", connections=listed.connections, due=queued)
        emit(
            runtime.settings.prefix, [count("Connections", listed.connections)], basic=runtime.settings.basic_monitoring
        )
        return {"connections": listed.connections, "due": queued}

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""
