"""What holds for every test: property tests are judged by what they find, not by how fast this machine is.

In CI they draw the same examples each time, so that a change is judged and not the draw; elsewhere new ones.
With THOROUGH set, as `make test-all` sets it, they draw more of them, and tests marked `slow` run.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

THOROUGH = "THOROUGH" in os.environ

settings.register_profile(
    "suitetoken",
    deadline=None,
    database=None,
    max_examples=200 if THOROUGH else 30,
    derandomize="CI" in os.environ,
)
settings.load_profile("suitetoken")
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip slow tests in a run that is to be short; pytest's summary then names them, their number and this reason."""
    if THOROUGH:
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: `make test-all` runs it"))
