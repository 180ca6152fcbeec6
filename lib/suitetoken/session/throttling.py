"""How long to wait when NetSuite has too many requests of the account under way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 30.0


def make_delays(retries: int, random: Callable[[], float]) -> Iterator[float]:
    """Yield the seconds to wait before each further try: doubling, bounded, each shortened by up to a half at random.

    Oracle asks for growing delays that are not in step with other clients' (Oracle NetSuite Help,
    bridgehead_1509974866).
    """
    for retry in range(retries):
        yield min(_LONGEST_SECONDS, _FIRST_SECONDS * 2**retry) * (1 + random()) / 2
