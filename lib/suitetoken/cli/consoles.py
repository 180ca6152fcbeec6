"""Where tables and signs are drawn: as wide as the terminal, and in a pipe so wide that nothing is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH_IN_A_PIPE = 200


def open_console(*, stderr: bool = False, soft_wrap: bool = False) -> Console:
    """Return a console; colours are for a terminal only."""
    from rich.console import Console

    console = Console(highlight=False, stderr=stderr, soft_wrap=soft_wrap)
    if not console.is_terminal:
        console.width = _WIDTH_IN_A_PIPE
    return console
