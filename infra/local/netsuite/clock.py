"""A clock that can jump forward, for a twin that shows an hour in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class MovableClock:
    """Epoch seconds of `base`, and what it was moved on by. Safe to share between threads."""

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        """Tell the time of `base` until moved."""
        self._base = base
        self._ahead = 0.0
        self._lock = Lock()

    def __call__(self) -> float:
        """Return epoch seconds."""
        return self._base() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the time on; it never goes back."""
        if seconds < 0:
            raise ValueError("a clock only moves forward")
        with self._lock:
            self._ahead += seconds
