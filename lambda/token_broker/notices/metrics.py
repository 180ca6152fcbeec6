"""What CloudWatch counts and measures, in its embedded metric format: one line of standard output each.

Every metric has the stack's prefix as a dimension. docs/operations.md lists them; no value of a metric or dimension is
a secret or a connection's name, for each name would be a metric of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "suitetoken"
CONSENT_ENDING_HOURS = 24
"""With fewer hours left, the alarm about the end of a consent fires."""
_EXCEPTIONAL = ("ConnectionsWithoutToken", "Crashes", "SigningFailures")


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of one metric, and its dimensions beside the prefix."""

    name: str
    unit: MetricUnit
    value: float
    dimensions: Mapping[str, str] = field(default_factory=dict)


def count(name: str, value: int = 1, **dimensions: str) -> Measure:
    """Return so many of something."""
    return Measure(name, MetricUnit.Count, value, dimensions)


def is_exceptional(measure: Measure) -> bool:
    """Whether a measure says that something is wrong. CloudWatch charges for the hours in which a metric is written."""
    if measure.name == "HoursUntilConsentEnds":
        return measure.value < CONSENT_ENDING_HOURS
    return measure.name in _EXCEPTIONAL


def emit(prefix: str, measures: Iterable[Measure], *, basic: bool = False) -> None:
    """Write each measure to standard output, where CloudWatch finds it; `basic`: only those that are exceptional."""
    for each in measures:
        if basic and not is_exceptional(each):
            continue
        with single_metric(name=each.name, unit=each.unit, value=each.value, namespace=NAMESPACE) as metric:
            metric.add_dimension(name="prefix", value=prefix)
            for name, value in each.dimensions.items():
                metric.add_dimension(name=name, value=value)
