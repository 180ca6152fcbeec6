"""`python -m tests.browser.installation`: a Chromium for the browser tests, found here or installed, or a clear end.

`make test` runs this first, so that a machine without a browser is told so before anything else has run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.browser.finding import find_chromium

_PLAYWRIGHT = (sys.executable, "-m", "playwright", "install", "chromium")
_MANAGERS = {
    "apt-get": (("apt-get", "update", "-q"), ("apt-get", "install", "-y", "-q", "chromium")),
    "dnf": (("dnf", "install", "-y", "chromium"),),
    "apk": (("apk", "add", "chromium"),),
    "zypper": (("zypper", "--non-interactive", "install", "chromium"),),
    "pacman": (("pacman", "-Sy", "--noconfirm", "chromium"),),
}
"""How each system's package manager installs Chromium."""
_LONGEST_SECONDS = 600
NOT_FOUND = (
    "The browser tests need Chromium, Chrome or Edge, and none of them is here or could be installed.\n"
    "Install one, for example with `.venv/bin/playwright install --with-deps chromium`, or name one: CHROMIUM=/path.\n"
    "To test everything else: make test ARGS='-m \"not browser\"'."
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What an installation needs of a machine; `run` returns a command's exit code, `which` where a program is."""

    find: Callable[[], str | None]
    run: Callable[[tuple[str, ...]], int]
    which: Callable[[str], str | None]
    is_root: bool
    say: Callable[[str], None]


def ensure_browser(machine: Machine) -> str | None:
    """Return the path of a Chromium, installed if need be; None where none can be had."""
    found = machine.find()
    for commands in () if found else _list_ways(machine):
        machine.say(
            f"No Chromium, Chrome or Edge was found; installing one: {' && '.join(' '.join(each) for each in commands)}"
        )
        if all(machine.run(command) == 0 for command in commands):
            found = machine.find()
        if found:
            break
    return found


def _list_ways(machine: Machine) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield the ways to install one: Playwright's own; as root, in containers and CI, the system's packages."""
    yield (_PLAYWRIGHT,)
    if machine.is_root:
        yield from (commands for manager, commands in _MANAGERS.items() if machine.which(manager))


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


def main() -> None:
    """Find or install a browser, or end with 1."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    find = partial(find_chromium, os.environ)
    if ensure_browser(Machine(find, _run, shutil.which, is_root, _say)) is None:
        sys.exit(NOT_FOUND)


if __name__ == "__main__":
    main()
