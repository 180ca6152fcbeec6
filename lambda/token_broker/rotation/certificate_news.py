"""News that a connection's certificate ends: 60, 30, 14 and 7 days before, once each."""

from __future__ import annotations

from suitetoken.aws.records import Stored
from suitetoken.documents import REGISTERED, Connection
from token_broker.context.broker import Broker
from token_broker.notices import events
from token_broker.notices.reminders import has_passed_threshold
from token_broker.notices.wording import tell_certificate_ending
from token_broker.rotation.reminding import remind

THRESHOLDS = tuple(days * 86_400 for days in (60, 30, 14, 7))
"""Seconds before the certificate's end, longest first. NetSuite writes to its administrators too."""


def remind_of_certificate(broker: Broker, name: str, stored: Stored[Connection]) -> Stored[Connection]:
    """Tell people once per threshold that the certificate ends; returns the connection as it is stored then."""
    connection, now = stored.document, broker.seconds()
    ending = connection.certificates.current
    if ending is None or ending.state != REGISTERED:
        return stored
    if not has_passed_threshold(ending.valid_from, ending.valid_until, connection.reminded_at, now, THRESHOLDS):
        return stored
    return remind(
        broker,
        name,
        stored,
        send=lambda: broker.events.send(
            events.CERTIFICATE_ENDING,
            name,
            **tell_certificate_ending(name, ending, now),
            expires_at=ending.valid_until,
        ),
        still_holds=lambda current: current.certificates.current == ending,
    )
