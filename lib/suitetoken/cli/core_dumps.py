"""Core dumps: a command of ours that crashes leaves none, for secrets are in its memory; what `exec` runs may."""

from __future__ import annotations

import contextlib

with contextlib.suppress(ImportError):  # Windows has neither the module nor core dumps
    import resource

_before: list[tuple[int, int]] = []


def forbid() -> None:
    """Let this process leave no core dump (setrlimit(2), RLIMIT_CORE)."""
    with contextlib.suppress(NameError):
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        _before.append((soft, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def allow_again() -> None:
    """Put back what `forbid` found, for another program that takes over the process."""
    if _before:
        resource.setrlimit(resource.RLIMIT_CORE, _before.pop())
