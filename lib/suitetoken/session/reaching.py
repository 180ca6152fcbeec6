"""NetSuite out of reach, as an error of ours with an exit code of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from suitetoken.errors import Unavailable

T = TypeVar("T")


@contextmanager
def reaching_netsuite(connection: str) -> Iterator[None]:
    """Raise Unavailable in the place of what requests raises (all of it is OSError)."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"NetSuite did not answer ({type(error).__name__}); it may have done what it was asked all the same.",
            subject=connection,
            next_step="check the network, and try again.",
        ) from error


def fetch_each(connection: str, items: Iterator[T]) -> Iterator[T]:
    """Yield what `items` fetches from NetSuite; errors of the code that uses the items are left alone."""
    while True:
        with reaching_netsuite(connection):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item
