"""One call of the store under way, which any number of threads and tasks may wait for."""

from __future__ import annotations

from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from suitetoken.reader.moments import Moment

LOST_SECONDS = 30.0
"""A call that takes longer is lost: frozen with its Lambda function, gone with a process, or stuck."""


def _make_running() -> Future[None]:
    future: Future[None] = Future()
    future.set_running_or_notify_cancel()  # so that one task's cancellation cannot cancel it for all
    return future


@dataclass(frozen=True, slots=True)
class Flight:
    """`number` counts attempts in the order in which they began; `landed` is done when the outcome is known."""

    number: int
    began: Moment
    landed: Future[None] = field(default_factory=_make_running, repr=False)

    def find_time_left(self, now: Moment) -> float:
        """Return how many seconds to wait for it before it counts as lost."""
        return LOST_SECONDS - now.seconds_since(self.began)

    def is_under_way(self, now: Moment) -> bool:
        """Whether it may still land."""
        return not self.landed.done() and self.find_time_left(now) > 0

    def wait(self) -> None:
        """Return when it has landed, or when it has taken too long."""
        wait([self.landed], LOST_SECONDS)

    async def await_landing(self) -> None:
        """Do what `wait` does without blocking the event loop."""
        import asyncio

        await asyncio.wait([asyncio.wrap_future(self.landed)], timeout=LOST_SECONDS)
