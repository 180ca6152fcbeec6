"""`make release VERSION=…`: builds a version's files into dist/VERSION. It publishes nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from release.bill_of_materials import write_bill
from release.collection import build_collection
from release.launch_template import write_launch_template
from release.tree import Tree, read_tree

SUMS = "SHA256SUMS"


@click.command()
@click.argument("version")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(__file__).resolve().parents[2],
    help="The git checkout.",
    show_default="this one",
)
def main(version: str, root: Path) -> None:
    """Build the files of VERSION into dist/VERSION, with a bill of materials and check sums."""
    tree = read_tree(root, version)
    target = root / "dist" / version
    shutil.rmtree(target, ignore_errors=True)
    making = target.with_name(f".{version}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for step in _build(tree, making):
        click.echo(step, err=True)
    making.rename(target)
    click.echo(str(target.relative_to(root)))


def _build(tree: Tree, target: Path) -> Iterator[str]:
    """Build one thing after the other, saying what comes next."""
    os.environ["SOURCE_DATE_EPOCH"] = str(tree.committed_at)
    yield "The wheel and the source distribution …"
    _run(tree.root, "-m", "hatchling", "build", "--directory", str(target))
    yield "The Ansible collection …"
    build_collection(tree.root, target, tree.committed_at)
    yield "The code of the functions …"
    for script, built in (("package.py", "broker.zip"), ("signing_layer.py", "signing-layer.zip")):
        _run(tree.root, str(Path("infra") / script))
        shutil.copyfile(tree.root / ".build" / built, target / built)
    yield "The template, the bill of materials, the notes, the check sums …"
    write_launch_template(tree.root, target, tree.version)
    write_bill(tree, target)
    (target / "RELEASE-NOTES.md").write_text(f"# suitetoken {tree.version}\n\n{tree.notes}\n", encoding="utf-8")
    (target / SUMS).write_text("".join(_sum(target)), encoding="utf-8")


def _sum(target: Path) -> Iterator[str]:
    """Yield a line for each file, as `sha256sum --check` reads them."""
    for path in sorted(target.iterdir()):
        if path.name != SUMS:
            yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def _run(root: Path, *words: str) -> None:
    ran = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        raise click.ClickException(f"{' '.join(words)} failed: {ran.stderr.strip() or ran.stdout.strip()}")


if __name__ == "__main__":
    main()
