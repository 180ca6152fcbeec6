"""A clock that a benchmark moves, for the peers too, which read the time themselves."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Self
from unittest.mock import patch

_WHERE_PEERS_LOOK = (
    "aws_lambda_powertools.utilities.parameters.base",
    "aws_secretsmanager_caching.cache.items",
)


@dataclass
class Clock:
    """Epoch seconds."""

    now: float

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@contextmanager
def simulated_time(start: float) -> Iterator[Clock]:
    """Give a clock that the peers go by in the block, as if it were the machine's."""
    clock = Clock(start)

    class SimulatedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(clock.now, tz)

    with ExitStack() as undo:
        for name in _WHERE_PEERS_LOOK:
            undo.enter_context(patch.object(importlib.import_module(name), "datetime", SimulatedDatetime))
        yield clock
