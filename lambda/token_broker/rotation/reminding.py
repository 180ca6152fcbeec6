"""One reminder of something that ends: sent, then recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from suitetoken.aws.records import Stored, update_connection
from suitetoken.documents import Connection
from token_broker.context.broker import Broker


def remind(
    broker: Broker,
    name: str,
    stored: Stored[Connection],
    *,
    send: Callable[[], bool],
    still_holds: Callable[[Connection], bool],
) -> Stored[Connection]:
    """Send a reminder and record when; returns the connection as it is stored then.

    `send` says whether the event went out. It goes out before it is recorded, for told twice after a crash is better
    than not told; one that was not sent is sent at the next rotation. `still_holds` says whether the connection, as it
    is when the time is recorded, has what the reminder was about.
    """
    now = broker.seconds()
    if not send():
        return stored

    def change(current: Connection) -> Connection | None:
        return replace(current, reminded_at=now) if still_holds(current) else None

    return update_connection(broker.store, name, change)
