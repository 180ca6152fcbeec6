"""Numbered steps that say what they do as they do it, and which one broke."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StepFailed(Exception):
    """A step of the story broke; the cause is what it raised."""

    def __init__(self, number: int, title: str) -> None:
        """Name the step."""
        super().__init__(f"Step {number} failed: {title}")


class Story:
    """Tells its steps to `say`, each with the seconds it took."""

    def __init__(self, say: Callable[[str], object], steady: Callable[[], float] = time.monotonic) -> None:
        """Begin before the first step; `steady` measures seconds."""
        self._say = say
        self._steady = steady
        self._began = steady()
        self._number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step and do it, or raise StepFailed in place of what it raises."""
        self._number += 1
        self._say(f"\n{self._number}. {title}")
        try:
            yield
        except Exception as error:
            raise StepFailed(self._number, title) from error

    def tell(self, text: str) -> None:
        """Say something about the step under way."""
        for line in text.splitlines():
            self._say(f"   {line}".rstrip())

    def end(self, text: str) -> None:
        """Say how it ended, and how long all of it took."""
        self._say(f"\n{text} ({self._steady() - self._began:.1f} s)")
