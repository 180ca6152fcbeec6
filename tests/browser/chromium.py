"""A headless Chromium for tests: found on this machine, closed at the end, watched for what it asks of other hosts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.finding import find_chromium
from tests.browser.installation import CHROMIUM, tell_missing

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""For a container without a GPU, and so that nothing but the pages under test is asked for."""


@contextmanager
def playing(path: str | None) -> Iterator[Playwright]:
    """Give Playwright where there is a Chromium; without one the test fails, for a skipped check is none."""
    if path is None:
        pytest.fail(tell_missing(CHROMIUM), pytrace=False)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give one browser process."""
    path = find_chromium(os.environ)
    with playing(path) as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def launch_with_profile(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """Give another browser process, with the settings of a profile folder, beside one that runs."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=find_chromium(os.environ), args=list(ARGUMENTS), java_script_enabled=False
    )
    try:
        yield context
    finally:
        context.close()
