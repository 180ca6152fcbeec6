"""Builds the Lambda artefact, .build/broker.zip: the pinned requirements and our code; same input, same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import boto3
import click

from artefact import copy_needed, differing_names, list_compiled, list_files, weigh, zip_folder
from local.functions.execution import OF_THE_CLIENT, OF_THE_RUNTIME, ExecutionEnvironment, Machine, link_packages
from local.functions.functions import FunctionSettings

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
SITE_PACKAGES = Path(boto3.__file__).parents[1]
VENV_OF_RUNTIME = ROOT / ".venv-3.13"
REQUIREMENTS = ROOT / "requirements" / "lambda.txt"
SOURCES = ((ROOT / "lib", "suitetoken"), (ROOT / "lambda", "token_broker"))
HANDLERS = ("token_broker.web", "token_broker.sweep", "token_broker.rotate")

MOST_BYTES = 20_000_000
"""What the unzipped artefact may weigh; more would be felt in every cold start."""

_IMPORT = """
import sys, time
began = time.perf_counter()
sys.path[:0] = sys.argv[1:3]
__import__(sys.argv[3], fromlist=["handler"]).handler
print(time.perf_counter() - began)
"""
_ROUNDS = 3


class BuildFailed(click.ClickException):
    """The artefact could not be built, or is not what it must be."""


@click.command()
def main() -> None:
    """Build .build/broker.zip and check it: size, imports, and that a second build gives the same bytes."""
    python = find_python("3.13")
    folder = BUILD / "broker"
    archive = build(folder, python)
    check_size(weigh(folder))
    check_pure(folder)
    imports = check_imports(folder, python or Path(sys.executable))
    with tempfile.TemporaryDirectory() as other:
        check_same(archive, build(Path(other) / "broker", python))
    (BUILD / "broker.zip").write_bytes(archive)
    click.echo(describe(folder, archive, imports, measure_starts(folder), precompiled=python is not None))


def build(folder: Path, python: Path | None) -> bytes:
    """Make the unzipped artefact in `folder`, precompiled where there is a `python` for it; return the zip file."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as packages:
        install(Path(packages))
        copy_needed(Path(packages), folder)
    for source, package in SOURCES:
        copy_needed(source, folder, package)
    if python:
        precompile(folder, python)
    return zip_folder(folder)


def install(target: Path, requirements: Path = REQUIREMENTS) -> None:
    """Install the pinned, hashed requirements for the functions' processor and Python version."""
    uv = Path(sys.executable).with_name("uv")
    platform = ("--python-platform", "aarch64-manylinux2014", "--python-version", "3.13")
    strict = ("--only-binary", ":all:", "--no-deps", "--require-hashes", "--link-mode", "copy")
    run(uv, "pip", "install", "--quiet", "--target", target, *platform, *strict, "--requirement", requirements)


def precompile(folder: Path, python: Path, place: Path = Path("/var/task")) -> None:
    """Compile to byte code that is never checked against its source, for on Lambda neither ever changes."""
    where = ("-s", folder, "-p", place)  # tracebacks name the file as it lies on Lambda
    run(python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", *where, folder)


def find_python(version: str) -> Path | None:
    """Return the interpreter of a minor version, or None; PYENV_VERSION lets pyenv's shim find one."""
    command = shutil.which(f"python{version}")
    if command is None:
        return None
    try:
        return Path(run(command, "-c", "import sys; print(sys.executable)", PYENV_VERSION=version).strip())
    except BuildFailed:  # a shim without that version behind it
        return None


def check_size(size: int) -> None:
    """Refuse an artefact that is too heavy."""
    if size > MOST_BYTES:
        raise BuildFailed(f"The artefact is {in_megabytes(size)} unzipped; {in_megabytes(MOST_BYTES)} is the most.")


def check_pure(folder: Path) -> None:
    """Refuse an artefact with machine code: it would fit one kind of processor, and could not be tried on another."""
    if names := list_compiled(folder):
        raise BuildFailed(f"The artefact must be Python alone, but there is machine code in {', '.join(names)}.")


def check_imports(folder: Path, python: Path) -> dict[str, float]:
    """Import every handler from the artefact, with nothing else at hand than what Lambda's runtime brings.

    Returns the seconds that each import took, at best.
    """
    with tempfile.TemporaryDirectory() as runtime:
        link_packages(OF_THE_RUNTIME, SITE_PACKAGES, Path(runtime))
        # With byte code in it nothing is written into the artefact, and the first round compiles boto3 for the others.
        isolated = ("-I", "-S") if any(folder.rglob("*.pyc")) else ("-I", "-S", "-B")
        command = (python, *isolated, "-c", _IMPORT, folder, runtime)
        return {name: min(float(run(*command, name)) for _ in range(_ROUNDS)) for name in HANDLERS}


def measure_starts(folder: Path) -> dict[str, float]:
    """Return the seconds from a process's start until it asks for its first event, at best, under awslambdaric.

    Nothing, where the environment for Lambda's Python is not installed here: `make unit-3.13` installs it.
    """
    if not (VENV_OF_RUNTIME / "ready").exists():
        return {}
    packages = VENV_OF_RUNTIME / "lib" / "python3.13" / "site-packages"
    with tempfile.TemporaryDirectory() as runtime:
        link_packages((*OF_THE_RUNTIME, *OF_THE_CLIENT), packages, Path(runtime))
        machine = Machine(VENV_OF_RUNTIME / "bin" / "python", folder, Path(runtime), Path(runtime), {})
        return {name: min(_measure_start(name, machine) for _ in range(_ROUNDS)) for name in HANDLERS}


def _measure_start(module: str, machine: Machine) -> float:
    settings = FunctionSettings(module, f"arn:aws:lambda:::function:{module}", f"{module}.handler", 60, 512, {})
    function = ExecutionEnvironment(settings, machine, {}, Path(os.devnull))
    function.close()
    return function.init_seconds


def check_same(archive: bytes, other: bytes) -> None:
    """Refuse an artefact that a second build did not give again byte for byte."""
    if archive != other:
        names = ", ".join(differing_names(archive, other)) or "the same files in another order"
        raise BuildFailed(f"A second build from the same input gave other bytes: {names}.")


def describe(
    folder: Path, archive: bytes, imports: Mapping[str, float], starts: Mapping[str, float], *, precompiled: bool
) -> str:
    """Return what was built, in words."""
    compiled = "precompiled for Python 3.13"
    if not precompiled:
        compiled = "NOT precompiled, for python3.13 is not installed here: cold starts take about half a second longer"
    count, size = len(list(list_files(folder))), in_megabytes(weigh(folder))
    return (
        f".build/broker.zip: {count} files, {size} unzipped, {in_megabytes(len(archive))} zipped\n"
        f"  {compiled}\n"
        f"  imports here, boto3 included: {in_milliseconds(imports)}\n"
        f"  cold starts here, by AWS's runtime client: {in_milliseconds(starts)}\n"
        f"  checked: Python alone, no machine code; its handlers import with nothing but Lambda's runtime;\n"
        f"  a second build gave the same bytes\n"
        f"  sha256 {hashlib.sha256(archive).hexdigest()}"
    )


def in_milliseconds(seconds: Mapping[str, float]) -> str:
    """Return how long each function took, in words."""
    if not seconds:
        return "not measured, for .venv-3.13 is not there (make unit-3.13 makes it)"
    each = (f"{name.rpartition('.')[2]} {taken * 1000:.0f} ms" for name, taken in seconds.items())
    return f"{', '.join(each)} (best of {_ROUNDS})"


def in_megabytes(size: int) -> str:
    """Return a size in millions of bytes, in words."""
    return f"{size / 1e6:.1f} MB"


def run(*command: str | Path, **environ: str) -> str:
    """Run a program and return its output, or raise BuildFailed with what it said.

    String hashes are fixed, so that the byte code of sets does not vary.
    """
    environ = os.environ | environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True)  # noqa: S603 (every command is ours)
    if done.returncode:
        raise BuildFailed(f"{command[0]} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


if __name__ == "__main__":
    main()
