"""Calling the template from Terraform and CDK: the pages name what the template has, and their code reads as code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from local.stack.template import load_document

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs/terraform-and-cdk.md", ROOT / "docs/terraform-and-cdk.zh-CN.md"]
TEMPLATE = load_document((ROOT / "infra/template.yaml").read_text(encoding="utf-8"))


def blocks(page: Path, language: str) -> list[str]:
    """Return the page's code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_given_is_what_the_template_takes(page: Path) -> None:
    """Every parameter and output exists, and each that has no default is given."""
    declared = TEMPLATE["Parameters"]
    needed = {name for name, it in declared.items() if "Default" not in it}
    (hcl,), (python,) = blocks(page, "hcl"), blocks(page, "python")
    in_terraform = set(re.findall(r"^    (\w+) +=", hcl, re.MULTILINE))
    in_cdk = _read_parameters(python)
    for given in (in_terraform, in_cdk):
        assert needed <= given <= declared.keys()
    assert set(re.findall(r'outputs\["(\w+)"\]', hcl)) <= TEMPLATE["Outputs"].keys()


def test_both_languages_have_the_same_code() -> None:
    """To the letter."""
    for language in ("sh", "hcl", "python"):
        assert blocks(PAGES[0], language) == blocks(PAGES[1], language) != []


def _read_parameters(program: str) -> set[str]:
    """Return the keys of the mapping that a program gives as `parameters`."""
    keywords = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.keyword)]
    (given,) = [each.value for each in keywords if each.arg == "parameters"]
    assert isinstance(given, ast.Dict)
    return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}
