"""Others who act once, right before or right after a certain call of a process; or that call failing some times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Interruption:
    """Stands around the calls of a process (`kill.watch`); `call` is how the one meant begins, or what is in it."""

    call: str
    meanwhile: Callable[[], object] = lambda: None
    after: bool = False
    faults: int = 0
    done: bool = False

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Do one call, or have it fail; let others act around the first of them."""
        if self.call not in name:
            return act()
        if self.faults:
            self.faults -= 1
            raise lost
        answer = act() if self.after else None
        if not self.done:
            self.done = True
            self.meanwhile()
        return answer if self.after else act()

    read = write
