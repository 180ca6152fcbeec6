"""The rotate function: acts on one connection per message, one message of a connection at a time (SQS FIFO)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from suitetoken.errors import InvalidInput, SuiteTokenError
from suitetoken.netsuite import parse_name
from token_broker.broker import Remaining
from token_broker.outcome import Outcome, Request
from token_broker.revocation import remove, revoke
from token_broker.rotation import rotate
from token_broker.runtime import METRICS_NAMESPACE, Handler, Runtime, make_entry_point
from token_broker.signers import SigningFailed

_ACTIONS = ("rotate", "revoke", "remove")


@dataclass(frozen=True, slots=True)
class Message:
    """What a queue message asks for."""

    connection: str
    action: str
    request: Request

    @classmethod
    def from_body(cls, body: str) -> Message:
        """Read a message, or raise InvalidInput: whatever is in the queue, only our own names reach a secret's name."""
        try:
            values = json.loads(body)
            name, action = str(values["connection"]), str(values["action"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput("the queue message is not one of ours.") from error
        if action not in _ACTIONS:
            raise InvalidInput(f"the queue message asks for an unknown action {action[:20]!r}.")
        request = Request(requested=values.get("requested") is True, force=values.get("force") is True)
        return cls(parse_name(name, "connection"), action, request)


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is an SQS batch; what fails unexpectedly is delivered again.

    A failed refresh is no such failure: it is recorded, and the next sweep tries again.
    """

    @runtime.logger.inject_lambda_context(log_event=False)
    @runtime.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        def act_on(record: SQSRecord) -> None:
            _act(runtime, record.body, lambda: context.get_remaining_time_in_millis() / 1000)

        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor.raise_on_entire_batch_failure = False
        return dict(process_partial_response(event, act_on, processor, context))

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""


def _act(runtime: Runtime, body: str, remaining: Remaining) -> None:
    try:
        message = Message.from_body(body)
    except InvalidInput as error:
        runtime.logger.warning("message dropped", error=error.code)
        return
    try:
        outcome = _dispatch(runtime, message, remaining)
    except SuiteTokenError as error:
        outcome = Outcome("failed", message.connection, error=error.code)
        runtime.logger.warning(str(error), connection=message.connection, action=message.action, error=error.code)
    _report(runtime, message.action, outcome)


def _dispatch(runtime: Runtime, message: Message, remaining: Remaining) -> Outcome:
    name = message.connection
    if message.action == "revoke":
        return Outcome("revoked" if revoke(runtime.broker, name, remaining) else "nothing_to_revoke", name)
    if message.action == "remove":
        told = remove(runtime.broker, name, remaining)
        return Outcome("removed", name, error=None if told else "grant_not_revoked")
    return rotate(runtime.broker, name, message.request, remaining)


def _report(runtime: Runtime, action: str, outcome: Outcome) -> None:
    token, prefix = outcome.token, runtime.settings.prefix
    runtime.logger.info(
        action,
        connection=outcome.connection,
        outcome=outcome.name,
        error=outcome.error,
        expires_at=token.expires_at if token else None,
    )
    with single_metric(name="Rotations", unit=MetricUnit.Count, value=1, namespace=METRICS_NAMESPACE) as metric:
        metric.add_dimension(name="prefix", value=prefix)
        metric.add_dimension(name="outcome", value=outcome.name)
    if outcome.error == SigningFailed.code:
        with single_metric(
            name="SigningFailures", unit=MetricUnit.Count, value=1, namespace=METRICS_NAMESPACE
        ) as metric:
            metric.add_dimension(name="prefix", value=prefix)
    if token is not None:
        left = max(0, token.expires_at - runtime.broker.seconds())
        with single_metric(
            name="TokenLifeLeft", unit=MetricUnit.Seconds, value=left, namespace=METRICS_NAMESPACE
        ) as metric:
            metric.add_dimension(name="prefix", value=prefix)
