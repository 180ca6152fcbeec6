"""Browsers of other engines than Chromium's: Safari's WebKit and Firefox, by what drives them on this machine.

Playwright's own builds where they are installed. Else WebKitGTK by WebDriver (W3C) on a virtual screen, and Firefox by
Marionette, Mozilla's own protocol, which needs no driver of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright
from pyvirtualdisplay.display import Display
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

WEBKIT, FIREFOX = "webkit", "firefox"
SECONDS = 20
"""How long a page may take to show what is looked for."""
_MINI_BROWSERS = ("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0")
_FIREFOXES = ("firefox-esr", "firefox")
_QUIET = ("app.update.enabled", "network.captive-portal-service.enabled", "network.connectivity-service.enabled")
"""Preferences of Firefox that would make it ask other hosts than the pages under test."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser: `go` to an address, `press` what a CSS selector finds, `read` its text, `address` now."""

    go: Callable[[str], object]
    press: Callable[[str], object]
    read: Callable[[str], str]
    address: Callable[[], str]


def find_engine(name: str) -> Callable[[], AbstractContextManager[Person]] | None:
    """Return what opens a browser of this engine; None where this machine has none."""
    if _find_own(name) is not None:
        return lambda: _play(name)
    if name == WEBKIT and _find_mini_browser() and shutil.which("WebKitWebDriver") and shutil.which("Xvfb"):
        return _open_webkit_gtk
    if name == FIREFOX and _find_firefox():
        return _open_firefox
    return None


def _find_own(name: str) -> str | None:
    with sync_playwright() as playwright:
        path = str(getattr(playwright, name).executable_path)
    return path if Path(path).exists() else None


def _find_mini_browser() -> str | None:
    roots = (Path("/usr/lib"), Path("/usr/libexec"))
    libraries = (folder for root in roots for folder in (root, *root.glob("*-linux-*")))
    found = (folder / name / "MiniBrowser" for folder in libraries for name in _MINI_BROWSERS)
    return next((str(path) for path in found if path.exists()), None)


def _find_firefox() -> str | None:
    return next(filter(None, map(shutil.which, _FIREFOXES)), None)


@contextmanager
def _play(name: str) -> Iterator[Person]:
    with sync_playwright() as playwright:
        browser = getattr(playwright, name).launch()
        page = browser.new_page()
        page.set_default_timeout(SECONDS * 1000)
        try:
            yield Person(page.goto, page.click, page.inner_text, lambda: str(page.url))
        finally:
            browser.close()


@contextmanager
def _open_webkit_gtk() -> Iterator[Person]:
    unsandboxed = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
    options = Options()
    options.binary_location = _find_mini_browser() or ""
    options.add_argument("--automation")
    with Display(visible=False, manage_global_env=False) as screen:
        environ = {**os.environ, **unsandboxed, **screen.env()}
        service = Service(shutil.which("WebKitWebDriver") or "", env=environ)
        driver = WebKitGTK(options=options, service=service)
        # What is looked for while the page before is on its way out fails, and is looked for again.
        patient = WebDriverWait(driver, SECONDS, ignored_exceptions=[WebDriverException])
        try:
            yield Person(
                driver.get,
                lambda selector: patient.until(lambda page: page.find_element(By.CSS_SELECTOR, selector)).click(),
                lambda selector: patient.until(lambda page: page.find_element(By.CSS_SELECTOR, selector).text),
                lambda: driver.current_url,
            )
        finally:
            driver.quit()


@contextmanager
def _open_firefox() -> Iterator[Person]:
    with TemporaryDirectory() as profile, _running_firefox(Path(profile)) as port:
        marionette = _drive(port)
        marionette.timeout.implicit = SECONDS
        try:
            yield Person(
                marionette.navigate,
                lambda selector: marionette.find_element(By.CSS_SELECTOR, selector).click(),
                lambda selector: str(marionette.find_element(By.CSS_SELECTOR, selector).text),
                marionette.get_url,
            )
        finally:
            marionette.delete_session()


def _drive(port: int) -> Any:
    """Return the driver of a Firefox that listens at this port; it is loaded here, for it compiles with warnings."""
    with warnings.catch_warnings(action="ignore"):
        from marionette_driver.marionette import Marionette
    driver = Marionette(host="127.0.0.1", port=port)
    driver.start_session(timeout=60)
    return driver


@contextmanager
def _running_firefox(profile: Path) -> Iterator[int]:
    """Run Firefox with a fresh profile, and give the port at which it is driven."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = [f'user_pref("marionette.port", {port});', *(f'user_pref("{name}", false);' for name in _QUIET)]
    (profile / "user.js").write_text("\n".join(settings), encoding="utf-8")
    command = [_find_firefox() or "", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)
