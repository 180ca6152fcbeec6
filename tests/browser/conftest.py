"""One twin and one browser a file; every test of this folder carries the marker `browser`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.stage import BrowserStage, make_stage

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them, so that a machine without Chromium can leave them out by name."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def stage() -> Iterator[BrowserStage]:
    """Give a running twin and a browser."""
    with make_stage() as stage:
        yield stage


@pytest.fixture
def page(stage: BrowserStage) -> Iterator[Page]:
    """Give a person's fresh tab; scripts are off."""
    with stage.person() as context:
        yield context.new_page()
