"""Every line of a month's bill, from what the template makes and how often a connection is rotated. Pure.

Prices: AWS's list prices for us-east-1 in US dollars, as their price pages had them in November 2026. The free tier is
the one without an end, of an account that uses it for nothing else; what is free for a year only is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.stacks.template import Deployed, deploy

HOURS = 730
ROTATIONS_PER_HOUR = 1.9
READS_PER_ROTATION, WRITES_PER_ROTATION = 3, 2
ROTATION_SECONDS = 1.2
"""How long a rotation takes: mostly NetSuite's answer."""
SHARDS = 72
SWEEPS = 12 * HOURS
PAGES_SHOWN = 25
"""Requests to the API for each connection: four authorizations or so."""
HEALTHY_METRICS = 6
"""Our own metrics that a healthy hour writes with full monitoring; basic writes none."""
_SWEEP_SECONDS = 0.2
_LOG_BYTES = {"basic": 700, "full": 2_500}
"""Of a sweep or a rotation: Lambda's own lines, ours, and the metrics, which are log lines too."""
_ACCESS_LOG_BYTES = 250
_POLLS = 5 * 3 * 60 * HOURS
"""Lambda asks the queue with at least five pollers, each for 20 seconds at a time."""
_GB = 1_000_000_000
_ENDING_HOURS = HOURS / 7
"""A consent of seven days that is renewed at its very end has a last day, in which its metric is written, each week."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: so many of something at a price in dollars each, the first `free` of which cost nothing."""

    service: str
    name: str
    quantity: float
    price: float
    free: float = 0

    @property
    def listed(self) -> float:
        """Dollars at the list price."""
        return self.quantity * self.price

    @property
    def after_free_tier(self) -> float:
        """Dollars where the account's free tier is used for nothing else."""
        return max(0.0, self.quantity - self.free) * self.price


def make_bill(connections: int, monitoring: str = "basic", **parameters: str) -> list[Line]:
    """Return every line for so many connections of confidential clients, with these parameters of the template."""
    stack = deploy(Monitoring=monitoring, **parameters)
    rotations = connections * ROTATIONS_PER_HOUR * HOURS
    return [
        *_secrets(stack, connections, rotations),
        *_functions(stack, rotations),
        *_messages(rotations),
        *_cloudwatch(stack, monitoring, connections, rotations),
        *_others(stack, connections, rotations),
    ]


def _secrets(stack: Deployed, connections: int, rotations: float) -> Iterator[Line]:
    pages = -(-2 * connections // 100) + (SHARDS + 5 if 2 * connections > 400 else 0)
    calls = rotations * (READS_PER_ROTATION + WRITES_PER_ROTATION) + SWEEPS * pages
    own = len(stack.of_type("SecretsManager::Secret"))
    yield Line(
        "Secrets Manager", "secrets: the stack's, one client, two for each connection", own + 1 + 2 * connections, 0.40
    )
    yield Line("Secrets Manager", "calls", calls, 0.05 / 10_000)
    yield Line("KMS", "keys of your own (`SECRETS_KEY=own`)", len(stack.of_type("KMS::Key")), 1.00)
    of_own_key = rotations * (READS_PER_ROTATION + WRITES_PER_ROTATION) if stack.of_type("KMS::Key") else 0
    yield Line("KMS", "requests", of_own_key, 0.03 / 10_000, free=20_000)


def _functions(stack: Deployed, rotations: float) -> Iterator[Line]:
    memory = {name: int(it["MemorySize"]) / 1024 for name, it in stack.of_type("Lambda::Function").items()}
    seconds = (
        rotations * ROTATION_SECONDS * memory["RotateFunction"] + SWEEPS * _SWEEP_SECONDS * memory["SweepFunction"]
    )
    yield Line("Lambda", "requests", rotations + SWEEPS, 0.20 / 1_000_000, free=1_000_000)
    yield Line("Lambda", "GB-seconds, arm64", seconds, 0.0000133334, free=400_000)


def _messages(rotations: float) -> Iterator[Line]:
    yield Line(
        "SQS", "FIFO requests, mostly Lambda asking an empty queue", rotations * 2.1 + _POLLS, 0.50e-6, free=1_000_000
    )
    yield Line("EventBridge", "events", rotations, 1.00 / 1_000_000)
    yield Line("EventBridge", "invocations by the schedule", SWEEPS, 1.00 / 1_000_000, free=14_000_000)


def _cloudwatch(stack: Deployed, monitoring: str, connections: int, rotations: float) -> Iterator[Line]:
    written = HEALTHY_METRICS * HOURS if monitoring == "full" else _ENDING_HOURS
    gigabytes = (rotations + SWEEPS) * _LOG_BYTES[monitoring] / _GB
    alarms = stack.of_type("CloudWatch::Alarm").values()
    yield Line("CloudWatch", "metrics of alarms", sum(count_metrics(alarm) for alarm in alarms), 0.10, free=10)
    yield Line("CloudWatch", "own metrics, by the hour in which one is written", written, 0.30 / HOURS, free=10 * HOURS)
    yield Line("CloudWatch", "dashboards", len(stack.of_type("CloudWatch::Dashboard")), 3.00, free=3)
    yield Line("CloudWatch", "GB of the functions' logs", gigabytes, 0.50, free=5)
    yield Line("CloudWatch", "GB of the API's access log", connections * PAGES_SHOWN * _ACCESS_LOG_BYTES / _GB, 0.50)
    yield Line("X-Ray", "traces", _count_traces(stack, rotations), 5.00 / 1_000_000, free=100_000)


def _others(stack: Deployed, connections: int, rotations: float) -> Iterator[Line]:
    yield Line("API Gateway", "requests", connections * PAGES_SHOWN, 1.00 / 1_000_000)
    yield Line("SNS", "e-mails", connections * 15, 2.00 / 100_000, free=1_000)
    yield Line("S3", "GB of artefacts, ten releases", 0.1, 0.023)


def count_metrics(alarm: dict[str, Any]) -> int:
    """Return how many metrics an alarm is charged for: each one that its expression computes with, else one."""
    return sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1


def _count_traces(stack: Deployed, rotations: float) -> float:
    """Return the traces that are kept: of each function the first of a second, and a twentieth of the rest."""
    if {it["TracingConfig"]["Mode"] for it in stack.of_type("Lambda::Function").values()} == {"PassThrough"}:
        return 0
    per_second = rotations / HOURS / 3600
    return (min(per_second, 1) + max(per_second - 1, 0) / 20) * HOURS * 3600 + SWEEPS


def make_bill_table() -> str:
    """Return the bill of one connection in Markdown, line by line: basic and full, listed and after the free tier."""
    basic, full = make_bill(1), make_bill(1, "full")
    head = ["Service", "What", "basic", "after free tier", "full", "after free tier"]
    dollars = [
        (one.listed, one.after_free_tier, two.listed, two.after_free_tier) for one, two in zip(basic, full, strict=True)
    ]
    rows = [
        [line.service, line.name, *(f"{it:,.2f}" for it in each)] for line, each in zip(basic, dollars, strict=True)
    ]
    rows.append(["**all**", "", *(f"**{sum(column):,.2f}**" for column in zip(*dollars, strict=True))])
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])
