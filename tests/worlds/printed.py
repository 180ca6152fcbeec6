"""What the functions print: log lines and metrics (CloudWatch's embedded metric format), as a test reads them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.worlds.world import World


@dataclass(frozen=True)
class Written:
    """One value of one metric, as CloudWatch would take it from the log."""

    namespace: str
    name: str
    value: float
    dimensions: frozenset[tuple[str, str]]


def keep_log(world: World) -> io.StringIO:
    """Return where the functions' log goes from now on."""
    kept = io.StringIO()
    handler = world.runtime.logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    handler.stream = kept  # setStream would flush the one before, which an earlier test's end may have closed
    return kept


def read_metrics(printed: str) -> Iterator[Written]:
    """Yield every metric among the printed lines."""
    for line in _read_lines(printed.splitlines()):
        for definition in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in definition["Metrics"]:
                for keys in definition["Dimensions"]:
                    (value,) = line[metric["Name"]]
                    dimensions = frozenset((key, line[key]) for key in keys)
                    yield Written(definition["Namespace"], metric["Name"], value, dimensions)


def read_log(printed: str) -> list[dict[str, Any]]:
    """Return every log line among the printed lines."""
    return [line for line in _read_lines(printed.splitlines()) if "message" in line]


def _read_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in lines if line.startswith("{"))
