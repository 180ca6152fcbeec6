"""The error tree: every error says what happened to what, whether to retry, and never changes its words."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator

import pytest

from suitetoken import errors
from suitetoken.errors import NetSuiteError, SuiteTokenError


def _classes_below(base: type[SuiteTokenError]) -> Iterator[type[SuiteTokenError]]:
    for kind in base.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from _classes_below(kind)


KINDS: list[type[SuiteTokenError]] = [SuiteTokenError, *_classes_below(SuiteTokenError)]


def _make(kind: type[SuiteTokenError]) -> SuiteTokenError:
    if issubclass(kind, NetSuiteError):
        return kind("it broke.", status=429, error_code="BUSY", subject="finance-prod", next_step="wait.")
    return kind("it broke.", subject="finance-prod", next_step="wait.")


@pytest.mark.parametrize("kind", KINDS)
def test_text_names_subject_and_next_step(kind: type[SuiteTokenError]) -> None:
    """The text of every error says to what it happened, what happened, and what to do next, in this order."""
    assert str(_make(kind)) == "finance-prod: it broke. Next: wait."


def test_text_without_subject_and_next_step() -> None:
    """An error that has neither subject nor next step is just its sentence."""
    assert str(SuiteTokenError("it broke.")) == "it broke."


def test_codes_are_unique() -> None:
    """No two errors share a code, so a machine can tell them apart."""
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.SuiteTokenError, 1),
        (errors.InvalidDocument, 1),
        (errors.NetSuiteError, 1),
        (errors.InvalidInput, 2),
        (errors.AlreadyExists, 2),
        (errors.StillInUse, 2),
        (errors.InvalidSignedText, 2),
        (errors.AuthorizationRequired, 3),
        (errors.NotFound, 4),
        (errors.BeingDeleted, 4),
        (errors.AccessDenied, 5),
        (errors.Unavailable, 6),
        (errors.QuotaReached, 6),
        (errors.Conflict, 6),
        (errors.TokenExpired, 6),
    ],
)
def test_exit_codes(kind: type[SuiteTokenError], exit_code: int) -> None:
    """The exit codes are those the documentation promises to scripts."""
    assert kind.exit_code == exit_code


@pytest.mark.parametrize("kind", KINDS)
def test_exit_code_six_means_try_again(kind: type[SuiteTokenError]) -> None:
    """Exactly the errors that may pass by themselves end the command line with 6."""
    assert kind.retryable == (kind.exit_code == 6)


Copy = Callable[[SuiteTokenError], SuiteTokenError]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_errors_cross_process_borders(kind: type[SuiteTokenError], again: Copy) -> None:
    """An error comes out of a process pool or a copy as it went in: same kind, same words, same fields."""
    error = _make(kind)
    other = again(error)
    assert type(other) is kind
    assert str(other) == str(error)
    assert vars(other) == vars(error)
