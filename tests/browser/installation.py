"""`python -m tests.browser.installation [ENGINE]`: a browser for the tests, found here or installed, or a clear end.

`make test` runs this first, so that a machine without a Chromium is told so before anything else has run; `make
test-all` asks for a WebKit too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.browser.engines import FIREFOX, WEBKIT, find_engine
from tests.browser.finding import find_chromium

CHROMIUM = "chromium"
_PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    CHROMIUM: {
        "apt-get": ("chromium",),
        "dnf": ("chromium",),
        "apk": ("chromium",),
        "zypper": ("chromium",),
        "pacman": ("chromium",),
    },
    WEBKIT: {"apt-get": ("webkit2gtk-driver", "xvfb")},
    FIREFOX: {"apt-get": ("firefox-esr",), "apk": ("firefox-esr",), "dnf": ("firefox",), "pacman": ("firefox",)},
}
"""What each system's package manager calls the engines, with what drives them."""
_INSTALL: dict[str, tuple[tuple[str, ...], ...]] = {
    "apt-get": (("apt-get", "update", "-q"), ("apt-get", "install", "-y", "-q")),
    "dnf": (("dnf", "install", "-y"),),
    "apk": (("apk", "add"),),
    "zypper": (("zypper", "--non-interactive", "install"),),
    "pacman": (("pacman", "-Sy", "--noconfirm"),),
}
"""How each installs packages, whose names follow the last of the words."""
_LONGEST_SECONDS = 600
_NAMES = {CHROMIUM: "Chromium, Chrome or Edge", WEBKIT: "WebKit", FIREFOX: "Firefox"}


def tell_missing(engine: str) -> str:
    """Return what to do where a browser cannot be had."""
    lines = [
        f"The browser tests need {_NAMES[engine]}: none is here, and none could be installed.",
        f"Install one, for example with `.venv/bin/playwright install --with-deps {engine}`.",
    ]
    further = "Or name one, CHROMIUM=/path. To test all else: make test ARGS='-m \"not browser\"'."
    return "\n".join([*lines, further] if engine == CHROMIUM else lines)


@dataclass(frozen=True, slots=True)
class Machine:
    """What an installation needs of a machine; `run` returns a command's exit code, `which` where a program is."""

    find: Callable[[], object | None]
    run: Callable[[tuple[str, ...]], int]
    which: Callable[[str], str | None]
    is_root: bool
    say: Callable[[str], None]


def ensure_browser(machine: Machine, engine: str = CHROMIUM) -> object | None:
    """Return the browser that was found, or installed if need be; None where none can be had."""
    found = machine.find()
    for commands in () if found else _list_ways(machine, engine):
        machine.say(
            f"No {_NAMES[engine]} was found; installing one: {' && '.join(' '.join(each) for each in commands)}"
        )
        if all(machine.run(command) == 0 for command in commands):
            found = machine.find()
        if found:
            break
    return found


def _list_ways(machine: Machine, engine: str) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield the ways to install one: Playwright's own; as root, in containers and CI, the system's packages."""
    yield ((sys.executable, "-m", "playwright", "install", engine),)
    for manager, packages in _PACKAGES[engine].items():
        if machine.is_root and machine.which(manager):
            *before, last = _INSTALL[manager]
            yield (*before, (*last, *packages))


def _run(command: tuple[str, ...]) -> int:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(  # noqa: S603
            command,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _say(f"  it did not work: {type(error).__name__}")
        return 1
    if ended.returncode:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        reason = next((line for line in lines if "error" in line.lower()), f"exit code {ended.returncode}")
        _say(f"  it did not work: {reason.strip()}")
    return ended.returncode


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main(engine: str = CHROMIUM) -> None:
    """Find or install a browser, or end with 1."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    find = partial(find_chromium, os.environ) if engine == CHROMIUM else partial(find_engine, engine)
    if ensure_browser(Machine(find, _run, shutil.which, is_root, _say), engine) is None:
        sys.exit(tell_missing(engine))


if __name__ == "__main__":
    main(*sys.argv[1:])
