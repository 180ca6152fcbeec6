"""Keeps apart what each function prints: standard output during an invocation goes to that invocation's log."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

Write = Callable[[str], object]
_invocation: ContextVar[Write | None] = ContextVar("invocation", default=None)


class _Output(io.TextIOBase):
    """Standard output that asks, at each write, whose it is. One object for good: loggers keep hold of it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running = 0
        self._outside: Any = sys.stdout

    def write(self, text: str, /) -> int:
        log = _invocation.get()
        (self._outside.write if log is None else log)(text)
        return len(text)

    def flush(self) -> None:
        if _invocation.get() is None:
            self._outside.flush()

    def close(self) -> None:
        """Close nothing: it only stands in for standard output, and outlives this module when Python ends."""

    def isatty(self) -> bool:
        return _invocation.get() is None and bool(self._outside.isatty())

    def begin(self) -> None:
        """Stand in for standard output from the first invocation on."""
        with self._lock:
            self._running += 1
            if sys.stdout is not self:
                self._outside, sys.stdout = sys.stdout, self

    def end(self) -> None:
        """Give standard output back after the last one, unless somebody else has taken it meanwhile."""
        with self._lock:
            self._running -= 1
            if not self._running and sys.stdout is self:
                sys.stdout = self._outside


_output = _Output()


@contextmanager
def capture_output(log: Write) -> Iterator[None]:
    """Send what this thread prints in the block to `log`; other threads' output goes where it went."""
    _output.begin()
    token = _invocation.set(log)
    try:
        yield
    finally:
        _invocation.reset(token)
        _output.end()
