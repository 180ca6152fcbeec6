"""What a release is made of: a committed tree, its version and the words about it in the changelog."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import click

VERSION_FILE = Path("lib/ansible_collections/suitetoken/netsuite/galaxy.yml")
"""The one place of the version: Ansible reads it there and nowhere else (docs/decisions/0109)."""
_VERSION = re.compile(r"^version: (\S+)$", re.MULTILINE)
_SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?", re.ASCII)
"""What Semantic Versioning and Ansible Galaxy both take; build metadata would be lost on the way to PyPI."""


class ReleaseRefused(click.ClickException):
    """There is nothing that could be released; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A committed tree. `committed_at` (epoch seconds) is the time of everything that is built from it."""

    root: Path
    version: str
    notes: str
    commit: str
    committed_at: int


def read_tree(root: Path, wanted: str) -> Tree:
    """Return the tree that a version is released from, or raise ReleaseRefused."""
    if not _SEMANTIC.fullmatch(wanted):
        raise ReleaseRefused(f"VERSION={wanted!r} is not a version. Name one such as 1.2.3: make release VERSION=1.2.3")
    version = read_version(root)
    if version != wanted:
        raise ReleaseRefused(f"This tree is version {version}. Write {wanted} into {VERSION_FILE}, and commit that.")
    notes = find_notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), wanted)
    changed = _ask_git(root, "status", "--porcelain")
    if changed:
        raise ReleaseRefused(f"Not everything is committed: {changed.splitlines()[0].strip()}. Commit it first.")
    commit, _, committed_at = _ask_git(root, "show", "--no-patch", "--format=%H %ct", "HEAD").partition(" ")
    return Tree(root, wanted, notes, commit, int(committed_at))


def read_version(root: Path) -> str:
    """Return the version that the tree says it is."""
    found = _VERSION.search((root / VERSION_FILE).read_text(encoding="utf-8"))
    if found is None:
        raise ReleaseRefused(f"{VERSION_FILE} names no version.")
    return found[1]


def find_notes(changelog: str, version: str) -> str:
    """Return the changelog's section about a version, without its heading; raises ReleaseRefused for none."""
    _, heading, rest = f"\n{changelog}".partition(f"\n## [{version}]")
    notes = rest.partition("\n")[2].partition("\n## ")[0].strip()
    if not heading or not notes:
        raise ReleaseRefused(
            f"CHANGELOG.md says nothing of {version}: put what is [Unreleased] under ## [{version}] and commit it."
        )
    return notes


def _ask_git(root: Path, *words: str) -> str:
    git = shutil.which("git") or "git"
    try:
        asked = subprocess.run([git, *words], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise ReleaseRefused("A release is made from a git checkout, and git says that this is none.") from error
    return asked.stdout.strip()
