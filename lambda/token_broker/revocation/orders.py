"""An operator's order to revoke or remove a connection, as the queue brings it; `suitetoken.admin.orders` sends it."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.documents import Connection

_ORDER_LEEWAY = 60
"""Seconds by which the queue's clock and a function's may differ."""


@dataclass(frozen=True, slots=True)
class Order:
    """An operator's order: `at` is when it was given (epoch seconds), `insist` that NetSuite need not confirm.

    The queue may give an order again minutes after it was carried out. Then it does not apply to a consent that was
    given since.
    """

    at: int | None = None
    insist: bool = False

    def is_about(self, connection: Connection) -> bool:
        """Whether what the connection holds was there when the order was given."""
        return self.at is None or connection.authorized_at <= self.at + _ORDER_LEEWAY
