"""What a deployment costs in a month and which quota it meets first, by its number of connections. Pure.

Prices: AWS's list prices for us-east-1 in US dollars, as their price pages had them in November 2026, without free
tiers and support. How often a connection is rotated, and with how many calls, is what the simulation counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.scale.quotas import RATES, WRITES

HOURS = 730
SIZES = (1, 10, 1_000, 10_000, 100_000)
ROTATIONS_PER_HOUR = 1.9
READS_PER_ROTATION, WRITES_PER_ROTATION = 3, 2
ROTATION_SECONDS = 1.2
"""How long a rotation takes: mostly NetSuite's answer."""
DEFAULT_ROTATIONS_AT_A_TIME = 5
NEW_ACCOUNT_CONCURRENCY = 10
SHARDS = 72

PRICES: Mapping[str, float] = {
    "secret": 0.40,
    "secrets call": 0.05 / 10_000,
    "lambda request": 0.20 / 1_000_000,
    "lambda GB-second": 0.0000133334,
    "fifo request": 0.50 / 1_000_000,
    "custom event": 1.00 / 1_000_000,
    "log GB": 0.50,
    "metric": 0.30,
    "alarm": 0.10,
    "trace": 5.00 / 1_000_000,
    "http request": 1.00 / 1_000_000,
}
_MEMORY_GB = 0.5
_LOG_GB_PER_ROTATION = 2.5e-6
_METRICS, _ALARMS = 20, 11
_POLLS = 5 * 3 * 60 * HOURS
"""Lambda asks the queue with at least five pollers, each for 20 seconds at a time."""


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
    """Return what a month comes to."""
    rotations = connections * ROTATIONS_PER_HOUR * HOURS
    sweeps = 12 * HOURS
    pages = -(-2 * connections // 100) + (SHARDS + 5 if 2 * connections > 400 else 0)
    calls = rotations * (READS_PER_ROTATION + WRITES_PER_ROTATION) + sweeps * pages
    per_second = rotations / HOURS / 3600
    traces = (min(per_second, 1) + max(per_second - 1, 0) / 20) * HOURS * 3600 + sweeps
    dollars = {
        "secrets": (2 * connections + 3) * PRICES["secret"],
        "calls of Secrets Manager": calls * PRICES["secrets call"],
        "Lambda": (rotations + sweeps) * PRICES["lambda request"]
        + rotations * ROTATION_SECONDS * _MEMORY_GB * PRICES["lambda GB-second"],
        "SQS": (rotations * 2.1 + _POLLS) * PRICES["fifo request"],
        "EventBridge": rotations * PRICES["custom event"],
        "CloudWatch": rotations * _LOG_GB_PER_ROTATION * PRICES["log GB"]
        + _METRICS * PRICES["metric"]
        + _ALARMS * PRICES["alarm"],
        "X-Ray": traces * PRICES["trace"],
        "API Gateway": connections * 25 * PRICES["http request"],
    }
    return Month(connections, rotations, calls, dollars)


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
    print(make_table())  # noqa: T201
    print(find_limits())  # noqa: T201
