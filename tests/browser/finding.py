"""Where a Chromium is on this machine, whatever it is called: Chromium, Chrome or Edge, or the one of Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where macOS and Windows install them, which is on no search path."""


def find_chromium(environ: Mapping[str, str], *, runs: Callable[[str], bool] | None = None) -> str | None:
    """Return the path of a Chromium that starts: the one that CHROMIUM names, else the first of the usual ones."""
    works = runs or is_runnable
    return next((path for path in _list_candidates(environ) if works(path)), None)


def is_runnable(path: str) -> bool:
    """Whether the program starts at all: a browser without the system's libraries does not."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _list_candidates(environ: Mapping[str, str]) -> Iterator[str]:
    named = environ.get("CHROMIUM")
    commands = (named, *_COMMANDS) if named else _COMMANDS
    yield from filter(None, (shutil.which(command, path=environ.get("PATH")) for command in commands))
    yield from filter(os.path.exists, _APPLICATIONS)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        yield str(own)
