"""Builds the signing layer, .build/signing-layer.zip: `cryptography` for the rotate function, which has it on request.

It is machine code for the functions' processor, so the artefact itself stays Python alone (docs/decisions/0012).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from artefact import copy_needed, is_needed, list_compiled, weigh, zip_folder
from package import BUILD, ROOT, BuildFailed, check_same, find_python, in_megabytes, install, precompile

REQUIREMENTS = ROOT / "requirements" / "signing-layer.txt"
MOST_BYTES = 20_000_000
"""What the unzipped layer may weigh; Lambda counts it together with the artefact, up to 250 MB."""
PLACE = "python"
"""The folder of a layer that Lambda's Python runtime looks for packages in; it is unzipped to /opt."""


@click.command()
def main() -> None:
    """Build .build/signing-layer.zip and check it: size, processor, and that a second build gives the same bytes."""
    python = find_python("3.13")
    folder = BUILD / "signing-layer"
    archive = build(folder, python)
    check(folder)
    with tempfile.TemporaryDirectory() as other:
        check_same(archive, build(Path(other) / "signing-layer", python))
    (BUILD / "signing-layer.zip").write_bytes(archive)
    size = in_megabytes(weigh(folder))
    click.echo(f".build/signing-layer.zip: {size} unzipped, {in_megabytes(len(archive))} zipped")


def build(folder: Path, python: Path | None) -> bytes:
    """Make the unzipped layer in `folder`, precompiled where there is a `python` for it; return the zip file."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as packages:
        install(Path(packages), REQUIREMENTS)
        copy_needed(Path(packages), folder / PLACE, is_wanted=lambda name: is_needed(name) or name.endswith(".so"))
    if python:
        precompile(folder, python, Path("/opt"))
    return zip_folder(folder)


def check(folder: Path) -> None:
    """Refuse a layer that is too heavy, or whose machine code is for another processor than the functions'."""
    if weigh(folder) > MOST_BYTES:
        raise BuildFailed(
            f"The layer is {in_megabytes(weigh(folder))} unzipped; {in_megabytes(MOST_BYTES)} is the most."
        )
    compiled = list_compiled(folder)
    if not compiled:
        raise BuildFailed("The layer holds no machine code, so nothing in it can sign.")
    others = [name for name in compiled if not is_arm64((folder / name).read_bytes()[:20])]
    if others:
        raise BuildFailed(f"The layer must be for arm64, and {', '.join(others)} is not.")


def is_arm64(head: bytes) -> bool:
    """Whether a file that begins so is machine code for arm64 (ELF, e_machine 183)."""
    return head[:4] == b"\x7fELF" and int.from_bytes(head[18:20], "little") == 183


if __name__ == "__main__":
    main()
