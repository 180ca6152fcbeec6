"""Exceptions of ours come out of a `with` block as what they went in: contextlib sets their traceback anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import local
import suitetoken
import token_broker
from tests.project.our_classes import list_classes

EXCEPTIONS = [kind for kind in list_classes(suitetoken, token_broker, local) if issubclass(kind, Exception)]


@contextmanager
def block() -> Iterator[None]:
    """Do nothing before and after."""
    yield


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_an_exception_passes_through_a_with_block(kind: type[Exception]) -> None:
    """A frozen one would end as a TypeError about its own traceback."""
    with pytest.raises(kind), block():
        raise kind.__new__(kind)


def test_there_are_exceptions_to_look_at() -> None:
    """Or the test above would say nothing."""
    assert {"SuiteTokenError", "CannotSign", "Refused"} <= {kind.__name__ for kind in EXCEPTIONS}
