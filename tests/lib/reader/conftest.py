"""Fixtures for tests of readers."""

from __future__ import annotations

import pytest

from suitetoken.reader import TokenReader
from tests.readers.fake_secret import FakeSecret, Time, Workload, make_workload


@pytest.fixture
def workload() -> Workload:
    """Give a reader of a secret with a token issued now, which has read nothing yet."""
    return make_workload()


@pytest.fixture
def time(workload: Workload) -> Time:
    """Give the time that reader and secret see."""
    return workload.time


@pytest.fixture
def secret(workload: Workload) -> FakeSecret:
    """Give the secret."""
    return workload.secret


@pytest.fixture
def reader(workload: Workload) -> TokenReader:
    """Give the reader."""
    return workload.reader
