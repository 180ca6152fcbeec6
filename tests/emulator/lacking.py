"""A copy of the project whose template lacks what the emulator lacks: two kinds of resources, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.stack.intrinsics import names_in
from local.stack.template import load_document

ROOT = Path(__file__).parents[2]
SAVED_QUERY = "AWS::Logs::QueryDefinition"
MATH_ALARM = "AWS::CloudWatch::Alarm with metric math"
_RESOURCE = re.compile(r"(?m)^(?=  [A-Za-z0-9]+:\n)")


class TooMuchIsLacking(Exception):
    """The template cannot be taken apart that way; the text says why."""


def find_lacking(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the logical names of the resources that the emulator cannot make, each with its kind."""
    kinds = {name: _kind_of(resource) for name, resource in document["Resources"].items()}
    return {name: kind for name, kind in kinds.items() if kind in (SAVED_QUERY, MATH_ALARM)}


def cut(text: str) -> tuple[str, dict[str, str]]:
    """Return the template without what the emulator lacks, and what was taken out: name and kind.

    Raises TooMuchIsLacking where more goes than those resources, or where something that stays needs one of them.
    """
    document = load_document(text)
    lacking = find_lacking(document)
    before, begin, rest = text.partition("\nResources:\n")
    resources, end, after = rest.partition("\nOutputs:\n")
    blocks = [block for block in _RESOURCE.split(resources) if block.partition(":")[0].strip() not in lacking]
    short = before + begin + "".join(blocks) + end + after
    _refuse_more(document, load_document(short), lacking)
    return short, lacking


def copy_project(target: Path) -> dict[str, str]:
    """Copy what `make deploy` reads, with the template cut; return what was taken out of the template."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for name in filter(None, listed.split("\0")):
        if not name.startswith(("docs/", "tests/")) and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / ".venv").symlink_to(ROOT / ".venv")
    template = target / "infra" / "template.yaml"
    short, lacking = cut(template.read_text("utf-8"))
    template.write_text(short, "utf-8")
    return lacking


def _kind_of(resource: Mapping[str, Any]) -> str:
    is_math = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return MATH_ALARM if is_math else str(resource["Type"])


def _refuse_more(before: Mapping[str, Any], after: Mapping[str, Any], lacking: Mapping[str, str]) -> None:
    kept = {name: it for name, it in before["Resources"].items() if name not in lacking}
    if {**before, "Resources": kept} != after:
        raise TooMuchIsLacking("More would be taken out of the template than what the emulator lacks.")
    needed = {name for section in ("Resources", "Outputs") for name in names_in(after[section])} & lacking.keys()
    if needed:
        raise TooMuchIsLacking(f"What stays in the template needs {', '.join(sorted(needed))}.")
