"""`make release` as a whole, from two checkouts: the same bytes, check sums that hold, and nothing half made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from release.tree import read_version

ROOT = Path(__file__).parents[3]
VERSION = read_version(ROOT)
FILES = {
    "RELEASE-NOTES.md",
    "SHA256SUMS",
    "broker.zip",
    "launch.yaml",
    "signing-layer.zip",
    f"suitetoken-{VERSION}-py3-none-any.whl",
    f"suitetoken-{VERSION}.cdx.json",
    f"suitetoken-{VERSION}.tar.gz",
    f"suitetoken-netsuite-{VERSION}.tar.gz",
}


def _git(root: Path, *words: str) -> str:
    when = {"GIT_AUTHOR_DATE": "1800000000 +0000", "GIT_COMMITTER_DATE": "1800000000 +0000"}
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    asked = ["git", *who, *words]
    return subprocess.run(  # noqa: S603
        asked, cwd=root, check=True, capture_output=True, text=True, env={**os.environ, **when}
    ).stdout


def _check_out(target: Path) -> Path:
    """Put all files of this tree into a new checkout whose changelog knows the version."""
    for name in _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((ROOT / name).read_bytes())
    changelog = target / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    changelog.write_text(text.replace("## [Unreleased]", f"## [Unreleased]\n\n## [{VERSION}]", 1), encoding="utf-8")
    _git(target, "init", "--quiet")
    _git(target, "add", ".")
    _git(target, "commit", "--quiet", "--message", "one")
    return target


def _release(root: Path, version: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "release", version],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "lib:lambda:infra"},
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_checkouts_give_the_same_bytes(tmp_path: Path) -> None:
    """Nine files, each as its check sum says; the folder's path and the time of day make no difference."""
    released = []
    for place in ("one", "another/folder"):
        root = _check_out(tmp_path / place)
        ran = _release(root, VERSION)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.strip() == f"dist/{VERSION}"
        assert _git(root, "status", "--porcelain") == ""
        released.append({path.name: path.read_bytes() for path in (root / "dist" / VERSION).iterdir()})
    assert released[0].keys() == FILES
    assert [name for name in FILES if released[0][name] != released[1][name]] == []
    sums = dict(line.split("  ")[::-1] for line in released[0]["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(body).hexdigest() for name, body in released[0].items() if name != "SHA256SUMS"
    }


def test_a_refused_release_leaves_nothing_behind(tmp_path: Path) -> None:
    """One sentence, exit code 1, no folder."""
    root = _check_out(tmp_path)
    (root / "README.md").write_text("changed")
    ran = _release(root, VERSION)
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "README.md" in ran.stderr
    assert not (root / "dist").exists()
