"""What becomes of a command whose output cannot be written, or that the operating system refuses something."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CLOSED_PIPE = 141
"""What a shell says of a command that SIGPIPE ended, as in `… | head -1`: 128 and the signal's number."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class OutputClosed(Exception):
    """Nobody reads the output any more. It is not an OSError, for click ends with 1 at that kind."""


@contextmanager
def noticing_closed_output() -> Iterator[None]:
    """Raise OutputClosed where the pipe is broken; rich makes a SystemExit of that."""
    try:
        yield
    except BrokenPipeError as error:
        raise OutputClosed from error
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise OutputClosed from end
        raise


def flush() -> None:
    """Write what is still to be written, or raise OSError: Python's own last attempt is too late for an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def forget_standard_output() -> None:
    """Let nothing more be written there, not even by Python as it ends."""
    try:
        descriptor = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or taken over by a test
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def explain_system_error(error: OSError) -> str:
    """Return one sentence with what the operating system says: its reason, and the file where it names one."""
    reason = error.strerror or type(error).__name__
    if error.filename is not None:
        return f"{error.filename!r:.200}: {reason}."
    if error.errno in _NO_ROOM:
        return f"the output cannot be written: {reason}. Next: make room, and ask again."
    if error.errno == errno.EBADF:
        return "standard output is closed, so that nothing can be printed. Next: leave out `>&-`, or give it a file."
    return f"{type(error).__name__}: {reason}. Next: `suitetoken --debug …` says where."
