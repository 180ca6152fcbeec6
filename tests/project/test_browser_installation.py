"""A browser for the tests is found, or installed, or its absence said; nothing is skipped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.finding import find_chromium, is_runnable
from tests.browser.installation import Machine, ensure_browser


class Scene:
    """A machine on which only some commands work; `browser_after` is the one that brings a browser."""

    def __init__(self, *, browser_after: str | None, is_root: bool, managers: tuple[str, ...] = ()) -> None:
        """Nothing has been run yet."""
        self.ran: list[str] = []
        self.said: list[str] = []
        self._browser_after = browser_after
        self.machine = Machine(self._find, self._run, self._which, is_root, self.said.append)
        self._managers = managers

    def _find(self) -> str | None:
        here = self._browser_after == "" or any(
            self._browser_after in command for command in self.ran if self._browser_after
        )
        return "/a/browser" if here else None

    def _run(self, command: tuple[str, ...]) -> int:
        self.ran.append(" ".join(command))
        return 0 if self._browser_after is not None and self._browser_after.split()[0] in self.ran[-1] else 1

    def _which(self, name: str) -> str | None:
        return f"/usr/bin/{name}" if name in self._managers else None


def test_a_browser_that_is_here_is_taken() -> None:
    """Nothing is run and nothing is said."""
    scene = Scene(browser_after="", is_root=True)
    assert ensure_browser(scene.machine) == "/a/browser"
    assert (scene.ran, scene.said) == ([], [])


def test_playwright_s_own_comes_first() -> None:
    """It needs no root and changes nothing outside its folder; what is run is said."""
    scene = Scene(browser_after="playwright", is_root=False)
    assert ensure_browser(scene.machine) == "/a/browser"
    assert [command.partition(" -m ")[2] for command in scene.ran] == ["playwright install chromium"]
    assert "playwright install chromium" in scene.said[0]


def test_root_takes_the_system_s_packages_where_playwright_s_site_is_out_of_reach() -> None:
    """As in a container or in CI."""
    scene = Scene(browser_after="apt-get install", is_root=True, managers=("apt-get",))
    assert ensure_browser(scene.machine) == "/a/browser"
    assert scene.ran[1:] == ["apt-get update -q", "apt-get install -y -q chromium"]
    assert len(scene.said) == 2


@pytest.mark.parametrize("is_root", [True, False])
def test_without_any_there_is_none(is_root: bool) -> None:
    """A person's machine is not changed by its package manager; the end is told, not a skip."""
    scene = Scene(browser_after=None, is_root=is_root, managers=("apt-get",))
    assert ensure_browser(scene.machine) is None
    assert any("apt-get" in command for command in scene.ran) is is_root


def test_a_browser_is_named_or_found_by_its_usual_names(tmp_path: Path) -> None:
    """CHROMIUM goes before the search path; what does not start is passed over."""
    for name in ("google-chrome", "my-browser"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": str(tmp_path)}
    assert find_chromium(environ) == str(tmp_path / "google-chrome")
    assert find_chromium({**environ, "CHROMIUM": str(tmp_path / "my-browser")}) == str(tmp_path / "my-browser")
    (tmp_path / "google-chrome").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    assert not is_runnable(str(tmp_path / "google-chrome"))
    assert not is_runnable(str(tmp_path / "not-there"))
