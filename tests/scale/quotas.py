"""What AWS allows and how long its calls take: rates by API, waiting where one is used up, all on a simulated clock.

Rates: AWS Secrets Manager User Guide, "Secrets Manager quotas" (requests per second, one account and region). Latencies
are round numbers of the kind that one sees inside a region; they are parameters, not measurements.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.worlds.world import Clock

READS, WRITES, LISTS = "GetSecretValue", "PutSecretValue, UpdateSecretVersionStage", "ListSecrets"
RATES = {READS: 10_000.0, WRITES: 50.0, LISTS: 100.0}
"""Put and label moves share one quota, and it cannot be raised."""
LATENCIES = {READS: 0.015, WRITES: 0.025, LISTS: 0.06, "SendMessageBatch": 0.015, "PutEvents": 0.015, "NetSuite": 0.8}
_BURST_SECONDS = 1.0


@dataclass
class Meter:
    """Counts calls, lets each take its time, and has it wait where the rate is used up, as the SDK's retries do."""

    clock: Clock
    calls: Counter[str] = field(default_factory=Counter)
    waited: Counter[str] = field(default_factory=Counter)
    by_second: Counter[int] = field(default_factory=Counter)
    _taken_until: dict[str, float] = field(default_factory=dict)

    def charge(self, api: str, beside: int = 1) -> None:
        """Make one call, of so many at the same time."""
        self.calls[api] += 1
        if api in RATES:
            self._take(api)
        if api == WRITES:
            self.by_second[int(self.clock.now)] += 1
        self.clock.advance(LATENCIES[api] / beside)

    @property
    def peak_writes(self) -> int:
        """The most writes in one second."""
        return max(self.by_second.values(), default=0)

    def _take(self, api: str) -> None:
        taken = max(self._taken_until.get(api, 0.0), self.clock.now) + 1 / RATES[api]
        self._taken_until[api] = taken
        late = taken - self.clock.now - _BURST_SECONDS
        if late > 0:
            self.waited[api] += 1
            self.clock.advance(late)
