"""Telling of our own failures: kind and place go into the log, for the text of an unexpected error may hold anything.

Neither Lambda nor its metric of errors notices them: a page is shown all the same, and the queue delivers again.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger

from token_broker.notices.metrics import count, emit


def tell_crash(logger: Logger, prefix: str, error: Exception) -> None:
    """Log an unexpected error and count it."""
    logger.error("unexpected error", kind=type(error).__name__, where=_place_of(error))
    emit(prefix, [count("Crashes")])


def _place_of(error: Exception) -> str:
    """Return file and line where an error arose."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
