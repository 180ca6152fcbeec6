"""Fixtures for tests of sessions."""

from __future__ import annotations

import pytest

from tests.readers.session import Connected, connect
from tests.worlds.netsuite import Stage, make_stage, stage

__all__ = ["make_stage", "stage"]


@pytest.fixture
def connected(stage: Stage) -> Connected:
    """Give a session that reaches the NetSuite simulator, with a token that NetSuite really gave."""
    return connect(stage)
