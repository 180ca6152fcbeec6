"""Forks: a child process starts with unlocked readers and with no reading that only its parent could finish."""

from __future__ import annotations

import os
from functools import cache
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """What must be mended in a child process."""

    def after_fork(self) -> None:
        """Make usable again what another thread may have held while the process forked."""


_alive: WeakSet[Forkable] = WeakSet()


def mend_after_fork(reader: Forkable) -> None:
    """Let `reader` be mended in every child process, for as long as it lives."""
    _install()
    _alive.add(reader)


@cache
def _install() -> None:
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(after_in_child=_mend_all)


def _mend_all() -> None:
    for reader in _alive:
        reader.after_fork()
