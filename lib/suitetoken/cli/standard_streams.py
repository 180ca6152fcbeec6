"""Standard streams that were closed before the command began, as by `<&-` and `>&-`: their places are taken at once.

Else the next file or connection would get the number of a standard stream, what is printed would vanish without an
error, and a question would fail in its own way. POSIX lets a program be started so (exec, "STDIN, STDOUT, STDERR").
"""

from __future__ import annotations

import os
import sys


def reopen() -> None:
    """Put something into the place of each standard stream that is closed, for this process and those it starts.

    Reading finds the end, as where nobody is there to answer; writing to standard output fails (EBADF), as it must
    where data is lost; what is said on standard error is dropped, as was asked.
    """
    if sys.stdin is None:
        sys.stdin = open(_occupy(0, os.O_RDONLY), encoding="utf-8")  # noqa: SIM115 (open for the process's life)
    if sys.stdout is None:
        sys.stdout = open(_occupy(1, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115 (as above)
    if sys.stderr is None:
        sys.stderr = open(_occupy(2, os.O_WRONLY), "w", encoding="utf-8")  # noqa: SIM115 (as above)


def _occupy(number: int, mode: int) -> int:
    """Open the null device under this number, and return the number."""
    opened = os.open(os.devnull, mode)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    os.set_inheritable(number, True)
    return number
