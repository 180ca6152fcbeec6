"""What users install loads where what only Unix has is taken away; Windows itself is not tried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def import_without_unix(folder: Path) -> subprocess.CompletedProcess[str]:
    """Import everything below a folder in a process of its own, without what only Unix has."""
    program = [sys.executable, "-W", "ignore", str(ROOT / "tests/project/without_unix.py"), str(folder)]
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "ANSIBLE_LOCAL_TEMP": str(folder / ".ansible")}
    return subprocess.run(program, env=environ, capture_output=True, text=True, timeout=100, check=False)  # noqa: S603


def test_everything_loads_and_explains_itself() -> None:
    """Every file of the library, the command and the collection, and the help of every command."""
    ran = import_without_unix(ROOT / "lib")
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    files = [path.relative_to(ROOT / "lib").with_suffix("").parts for path in (ROOT / "lib").rglob("*.py")]
    assert len(files) > 100
    assert {".".join(parts).removesuffix(".__init__") for parts in files} <= set(lines)
    assert sum(line.startswith("Usage: suitetoken") for line in lines) > 25


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        *("import fcntl", "import resource", "import termios", "import pwd", "import grp", "from os import fork"),
        *("import signal; signal.SIGHUP", "import os; os.getuid()", "from socket import AF_UNIX"),
    ],
)
def test_what_only_unix_has_would_be_noticed(tmp_path: Path, line: str) -> None:
    """A file that needs it fails, and the traceback names the file."""
    (tmp_path / "needs_unix.py").write_text(line)
    ran = import_without_unix(tmp_path)
    assert ran.returncode == 1
    assert "needs_unix.py" in ran.stderr
