"""News that a connection's certificate ends: 60, 30, 14 and 7 days before, once each."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.aws.records import Stored, update_connection
from suitetoken.documents import Connection
from token_broker.context.broker import Broker
from token_broker.notices import events
from token_broker.notices.reminders import has_passed_threshold
from token_broker.notices.wording import tell_certificate_ending

THRESHOLDS = tuple(days * 86_400 for days in (60, 30, 14, 7))
"""Seconds before the certificate's end, longest first. NetSuite writes to its administrators too."""


def remind_of_certificate(broker: Broker, name: str, stored: Stored[Connection]) -> Stored[Connection]:
    """Tell people once per threshold that the certificate ends; returns the connection as it is stored then.

    The event goes out before it is recorded: told twice after a crash is better than not told. One that was not sent
    is sent at the next rotation.
    """
    connection, now = stored.document, broker.seconds()
    ending = connection.certificates.current
    if ending is None or ending.state != "registered":
        return stored
    if not has_passed_threshold(ending.valid_from, ending.valid_until, connection.reminded_at, now, THRESHOLDS):
        return stored
    told = broker.events.send(
        events.CERTIFICATE_ENDING,
        name,
        **tell_certificate_ending(name, ending, now),
        expires_at=ending.valid_until,
    )
    if not told:
        return stored

    def change(current: Connection) -> Connection | None:
        return replace(current, reminded_at=now) if current.certificates.current == ending else None

    return update_connection(broker.store, name, change)
