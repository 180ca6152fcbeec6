"""Every test of this folder that runs playbooks carries the marker `playbook`."""

from __future__ import annotations

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, so that they can be left out by name: each task of a playbook is a process of its own."""
    for item in items:
        if _HERE in item.path.parents and item.path.name != "test_plugin_documentation.py":
            item.add_marker(pytest.mark.playbook)
