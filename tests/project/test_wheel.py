"""The wheel: what a user installs holds the library and the command, and nothing of the other rooms."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)  # noqa: S603
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_library_alone(wheel: Path) -> None:
    """With its type marker; neither broker nor twin nor tests come along."""
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    packages = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert packages <= {"suitetoken", "ansible_collections"}
    assert "suitetoken/py.typed" in names


def test_without_the_extra_the_command_says_what_to_install(wheel: Path, tmp_path: Path) -> None:
    """In one line and no traceback: this Python has neither click nor rich, as after `pip install .`."""
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    (points,) = tmp_path.glob("*.dist-info/entry_points.txt")
    module, _, function = points.read_text().partition("suitetoken = ")[2].split()[0].partition(":")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from {module} import {function}; {function}()"
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert "needs click and rich. Next: run `python3 -m pip install 'suitetoken[cli]'`." in ran.stderr


def test_an_installed_wheel_runs_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Unpacked somewhere else it is what is imported, and its command prints its version."""
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    script = "import suitetoken, sys; from suitetoken.cli.main import main; sys.argv[1:] = ['--version']; main()"
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}"],
        cwd=tmp_path,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, f"suitetoken, version {wheel.name.split('-')[1]}\n")


def test_uv_installs_the_command_as_a_tool(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, with what the extra `cli` needs, and one command on the path."""
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    pins = ["--constraints", str(ROOT / "requirements/dev.txt"), "--python", sys.executable]
    install = [str(Path(sys.executable).with_name("uv")), "tool", "install", "--quiet", *pins, f"{wheel}[cli]"]
    subprocess.run(install, env={**os.environ, **places}, check=True, capture_output=True, timeout=100)  # noqa: S603
    command = tmp_path / "bin" / "suitetoken"
    ran = subprocess.run([command, "--debug", "-V"], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    assert "boto3 " in ran.stdout
    assert str(tmp_path / "tools") in ran.stdout
