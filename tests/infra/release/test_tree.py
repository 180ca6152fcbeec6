"""What a release may be made from: a committed tree that says the same version everywhere."""

from __future__ import annotations

import subprocess
from importlib.metadata import version as installed_version
from pathlib import Path

import pytest

from release.tree import VERSION_FILE, ReleaseRefused, find_notes, read_tree, read_version

ROOT = Path(__file__).parents[3]
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3]\n\n### Added\n\n- A thing.\n\n## [1.2.2]\n\n- Another.\n"


def _git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A committed tree of version 1.2.3."""
    (tmp_path / VERSION_FILE).parent.mkdir(parents=True)
    (tmp_path / VERSION_FILE).write_text("namespace: suitetoken\nversion: 1.2.3\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def test_a_committed_tree_is_taken_with_its_notes_and_time(checkout: Path) -> None:
    """The notes are the changelog's section, the time is the commit's."""
    tree = read_tree(checkout, "1.2.3")
    assert (tree.version, tree.notes) == ("1.2.3", "### Added\n\n- A thing.")
    assert len(tree.commit) == 40
    assert tree.committed_at > 1_700_000_000


@pytest.mark.parametrize("wanted", ["", "1.2", "v1.2.3", "1.2.3+local", "01.2.3", "../1.2.3", "1.2.3\n"])
def test_what_is_no_version_is_refused(checkout: Path, wanted: str) -> None:
    """With an example of one."""
    with pytest.raises(ReleaseRefused, match=r"make release VERSION=1\.2\.3"):
        read_tree(checkout, wanted)


def test_another_version_than_the_trees_is_refused(checkout: Path) -> None:
    """It names the one file to write it into."""
    with pytest.raises(ReleaseRefused, match=r"version 1\.2\.3.*galaxy\.yml"):
        read_tree(checkout, "1.2.4")


@pytest.mark.parametrize("change", ["CHANGELOG.md", "new.txt"])
def test_what_is_not_committed_is_refused(checkout: Path, change: str) -> None:
    """A changed file as well as a new one, by its name."""
    with (checkout / change).open("a") as file:
        file.write("more\n")
    with pytest.raises(ReleaseRefused, match=change):
        read_tree(checkout, "1.2.3")


def test_a_version_that_the_changelog_does_not_know_is_refused() -> None:
    """Nor is one taken whose section is empty."""
    assert find_notes(CHANGELOG, "1.2.2") == "- Another."
    for version in ("1.2.4", "1.2", "Unreleased"):
        with pytest.raises(ReleaseRefused, match="CHANGELOG"):
            find_notes(CHANGELOG, version)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path, checkout: Path) -> None:
    """A downloaded archive has no commit to name."""
    bare = tmp_path / "bare"
    (bare / VERSION_FILE).parent.mkdir(parents=True)
    (bare / VERSION_FILE).write_text("version: 1.2.3\n")
    (bare / "CHANGELOG.md").write_text(CHANGELOG)
    (bare / ".git").write_text("nothing")
    with pytest.raises(ReleaseRefused, match="git checkout"):
        read_tree(bare, "1.2.3")


def test_the_version_is_in_one_place() -> None:
    """What is installed says what that file says, and the project's own file says nothing."""
    version = read_version(ROOT)
    assert installed_version("suitetoken") == version
    assert f'version = "{version}"' not in (ROOT / "pyproject.toml").read_text()
