"""The rotate function: acts on one connection per message, one message of a connection at a time (SQS FIFO)."""

from __future__ import annotations

from typing import Any, cast

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from suitetoken.documents import REMOVE, REVOKE, QueueMessage
from suitetoken.errors import InvalidInput, SuiteTokenError
from token_broker.context.broker import Remaining
from token_broker.context.outcome import Outcome, Request, measure
from token_broker.notices.crashes import tell_crash
from token_broker.notices.metrics import emit
from token_broker.revocation.orders import Order
from token_broker.revocation.revocation import OrderNotRecorded, remove, revoke
from token_broker.rotation.rotation import rotate
from token_broker.runtime import Handler, Runtime, make_entry_point


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is an SQS batch; what fails unexpectedly is delivered again.

    A failed refresh is not unexpected: it is recorded, and the next sweep tries again.
    """

    @runtime.logger.inject_lambda_context(log_event=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        def act_on(record: SQSRecord) -> None:
            _act(runtime, record, lambda: context.get_remaining_time_in_millis() / 1000)

        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor.raise_on_entire_batch_failure = False
        return dict(process_partial_response(event, act_on, processor, context))

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""


def _act(runtime: Runtime, record: SQSRecord, remaining: Remaining) -> None:
    runtime.logger.set_correlation_id(record.message_id)
    try:
        message = QueueMessage.from_json(record.body)
    except InvalidInput as error:
        runtime.logger.warning("message dropped", error=error.code)
        return
    if message.correlation_id:
        runtime.logger.set_correlation_id(message.correlation_id)
    with runtime.logger.append_context_keys(connection=message.connection):
        order = Order(_find_sending_time(record), message.force)
        _report(runtime, message.action, _try(runtime, message, order, remaining))


def _find_sending_time(record: SQSRecord) -> int | None:
    """Return when the message was put on the queue, epoch seconds; SQS tells it in milliseconds."""
    sent = str((record.get("attributes") or {}).get("SentTimestamp") or "")
    return int(sent) // 1000 if sent.isascii() and sent.isdecimal() else None


def _try(runtime: Runtime, message: QueueMessage, order: Order, remaining: Remaining) -> Outcome:
    try:
        return _dispatch(runtime, message, order, remaining)
    except OrderNotRecorded as error:
        runtime.logger.warning(str(error), action=message.action, error=error.code)
        raise
    except SuiteTokenError as error:
        runtime.logger.warning(str(error), action=message.action, error=error.code)
        return Outcome("failed", message.connection, error=error.code, token_unknown=error.retryable)
    except Exception as error:
        tell_crash(runtime.logger, runtime.settings.prefix, error)
        raise


def _dispatch(runtime: Runtime, message: QueueMessage, order: Order, remaining: Remaining) -> Outcome:
    act = {REVOKE: revoke, REMOVE: remove}.get(message.action)
    if act is not None:
        return act(runtime.broker, message.connection, remaining, order)
    return rotate(runtime.broker, message.connection, Request(message.requested, message.force), remaining)


def _report(runtime: Runtime, action: str, outcome: Outcome) -> None:
    expires_at = outcome.token.expires_at if outcome.token else None
    runtime.logger.info(action, outcome=outcome.name, error=outcome.error, expires_at=expires_at)
    measures = measure(outcome, runtime.broker.seconds())
    emit(runtime.settings.prefix, measures, basic=runtime.settings.basic_monitoring)
