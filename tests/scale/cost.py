"""What a deployment costs in a month and which quota it meets first, by its number of connections. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.scale.bill import (
    HOURS,
    ROTATION_SECONDS,
    ROTATIONS_PER_HOUR,
    WRITES_PER_ROTATION,
    make_bill,
    make_bill_table,
)
from tests.scale.quotas import RATES, WRITES

SIZES = (1, 10, 1_000, 10_000, 100_000)
DEFAULT_ROTATIONS_AT_A_TIME = 5
NEW_ACCOUNT_CONCURRENCY = 10


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a deployment: calls, and dollars by service."""

    connections: int
    rotations: float
    secrets_calls: float
    dollars: Mapping[str, float]

    @property
    def total(self) -> float:
        """All dollars together."""
        return sum(self.dollars.values())


def compute_month(connections: int) -> Month:
    """Return what a month comes to at list prices, with the template's defaults."""
    bill = make_bill(connections)
    dollars: dict[str, float] = {}
    for line in bill:
        dollars[line.service] = dollars.get(line.service, 0) + line.listed
    calls = next(line.quantity for line in bill if (line.service, line.name) == ("Secrets Manager", "calls"))
    return Month(connections, connections * ROTATIONS_PER_HOUR * HOURS, calls, dollars)


def find_limits() -> dict[str, int]:
    """Return up to how many connections of confidential clients each limit reaches, the nearest first."""
    per_second = ROTATIONS_PER_HOUR / 3600
    limits = {
        "`RotateConcurrency`, 5 by default": DEFAULT_ROTATIONS_AT_A_TIME / ROTATION_SECONDS / per_second,
        "Lambda concurrency of a new account, 10": NEW_ACCOUNT_CONCURRENCY / ROTATION_SECONDS / per_second,
        "writes to Secrets Manager, 50 a second": RATES[WRITES] / WRITES_PER_ROTATION / per_second,
        "secrets in a region, 500,000": 500_000 / 2,
    }
    return {name: int(reach // 100 * 100) for name, reach in sorted(limits.items(), key=lambda item: item[1])}


def make_table() -> str:
    """Return the table of dollars, in Markdown."""
    months = [compute_month(size) for size in SIZES]
    head = ["Dollars a month", *(f"{month.connections:,}" for month in months)]
    rows = [[name, *(f"{month.dollars[name]:,.2f}" for month in months)] for name in months[0].dollars]
    rows += [
        ["**all**", *(f"**{month.total:,.2f}**" for month in months)],
        ["for each connection", *(f"{month.total / month.connections:,.2f}" for month in months)],
        ["rotations", *(f"{month.rotations:,.0f}" for month in months)],
        ["calls of Secrets Manager", *(f"{month.secrets_calls:,.0f}" for month in months)],
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


if __name__ == "__main__":
    print(make_bill_table())  # noqa: T201
    print(make_table())  # noqa: T201
    print(find_limits())  # noqa: T201
