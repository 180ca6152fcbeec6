"""Invokes a function at the template's times, as EventBridge Scheduler does, or at once when told.

Source: Amazon EventBridge Scheduler User Guide, "Schedule types" and "Adding context attributes".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from local.stack.intrinsics import TemplateError

_CRON = re.compile(r"cron\(0/(\d+) \* \* \* \? \*\)")
_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


def parse_period(expression: str) -> int:
    """Return the seconds of `cron(0/5 * * * ? *)`, or raise TemplateError for another kind of expression."""
    match = _CRON.fullmatch(expression)
    if match is None:
        raise TemplateError(f"The schedule expression {expression} is not known here.")
    return int(match.group(1)) * 60


def make_event(template_input: str, seconds: float) -> dict[str, Any]:
    """Return the target's event for a time in epoch seconds."""
    moment = datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    event: dict[str, Any] = json.loads(template_input.replace(_SCHEDULED_TIME, moment))
    return event


class ScheduleDriver:
    """Ticks by itself between `start` and `close`, at the multiples of its period; `tick` does so now."""

    def __init__(
        self, every: int, template_input: str, invoke: Callable[[dict[str, Any]], Any], now: Callable[[], float]
    ) -> None:
        """Wait for `start` or `tick`; `every` is in seconds."""
        self._every = every
        self._input = template_input
        self._invoke = invoke
        self._now = now
        self._stop = Event()
        self._thread = Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Begin to tick, the first time at the next multiple of the period."""
        self._thread.start()

    def close(self) -> None:
        """Stop ticking."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> Any:
        """Invoke the target now and return its answer, or raise what it raised."""
        return self._invoke(make_event(self._input, self._now()))

    def _run(self) -> None:
        while not self._stop.wait(self._every - self._now() % self._every):
            try:
                self.tick()
            except Exception:  # noqa: BLE001, S112  # nosec B112 # (the next tick is the retry; the log says what)
                continue
