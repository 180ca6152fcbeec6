"""What happened, told to EventBridge: plain words and identifiers, never a secret, and never in the way of the work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from suitetoken.aws.errors import translated
from suitetoken.errors import SuiteTokenError, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "suitetoken"
AUTHORIZED = "Connection Authorized"
ROTATED = "Token Rotated"
AUTHORIZATION_REQUIRED = "Authorization Required"
CONSENT_ENDING = "Consent Ending"
CERTIFICATE_ENDING = "Certificate Ending"
ROTATION_FAILED = "Rotation Failed"


class Events:
    """Puts events on the bus. A failure to tell is logged and changes nothing: what was done stays done."""

    def __init__(self, client: EventBridgeClient, bus: str, prefix: str, logger: Logger) -> None:
        """Use this boto3 client; `prefix` tells the stacks of one account apart."""
        self._client = client
        self._bus = bus
        self._prefix = prefix
        self._logger = logger

    def send(self, detail_type: str, connection: str, message: str, **facts: str | int | None) -> bool:
        """Send one event about a connection; `message` is a sentence for people, `facts` are for machines.

        Returns whether EventBridge took it.
        """
        known = {name: value for name, value in facts.items() if value is not None}
        detail = {"prefix": self._prefix, "connection": connection, "message": message, **known}
        try:
            self._put(detail_type, detail)
        except SuiteTokenError as error:
            self._logger.warning("event not sent", connection=connection, detail_type=detail_type, error=error.code)
            return False
        return True

    def _put(self, detail_type: str, detail: Mapping[str, str | int]) -> None:
        with translated("sending an event", self._bus):
            answer = self._client.put_events(
                Entries=[
                    {
                        "Source": SOURCE,
                        "DetailType": detail_type,
                        "Detail": json.dumps(detail),
                        "EventBusName": self._bus,
                    }
                ]
            )
        if answer["FailedEntryCount"]:
            raise Unavailable("EventBridge did not take the event.", subject=self._bus)
