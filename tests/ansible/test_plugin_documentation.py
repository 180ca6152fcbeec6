"""What the collection says of itself: examples that its modules take, and results that they give."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from suitetoken.admin.status import ConnectionStatus
from tests.stacks.playbooks import ROOT

COLLECTION = ROOT / "lib/ansible_collections/suitetoken/netsuite"
PLUGINS = COLLECTION / "plugins"
MODULES = sorted(PLUGINS.glob("modules/*.py"))
NAME = "suitetoken.netsuite."
PAGES = [ROOT / "docs/ansible.md", ROOT / "docs/ansible.zh-CN.md"]


def read_text(plugin: Path, name: str) -> Any:
    """Return one of the YAML texts of a plugin."""
    tree = ast.parse(plugin.read_text(encoding="utf-8"))
    (text,) = [
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and ast.unparse(node.targets[0]) == name
    ]
    return yaml.safe_load(str(text))


def options_of(module: str) -> set[str]:
    """Return the names of a module's options, with those that all share."""
    text = yaml.safe_load(
        (PLUGINS / "doc_fragments/deployment.py").read_text(encoding="utf-8").split('r"""')[1].split('"""')[0]
    )
    return {*read_text(PLUGINS / f"modules/{module}.py", "DOCUMENTATION")["options"], *text["options"]}


def tasks_of(page: Path) -> list[dict[str, Any]]:
    """Return the tasks of a page's examples."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    found = [entry for block in blocks for entry in yaml.safe_load(block)]
    return [task for entry in found for task in entry.get("tasks", [entry])]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_shows_every_module_with_options_that_it_has(page: Path) -> None:
    """Each module has an example, and no example has an option that the module does not know."""
    used = {key.removeprefix(NAME): task[key] for task in tasks_of(page) for key in task if key.startswith(NAME)}
    assert set(used) == {module.stem for module in MODULES}
    assert {name: set(given or {}) - options_of(name) for name, given in used.items()} == {name: set() for name in used}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_examples_of_ansible_doc_are_the_module_s(module: Path) -> None:
    """They use it, with options that it has."""
    given = [task[key] or {} for task in read_text(module, "EXAMPLES") for key in task if key == NAME + module.stem]
    assert given
    assert [set(options) - options_of(module.stem) for options in given] == [set()] * len(given)


def test_connection_info_documents_all_that_it_tells() -> None:
    """`ansible-doc` names the fields of `suitetoken status --json`."""
    told = read_text(PLUGINS / "modules/connection_info.py", "RETURN")["connections"]["contains"]
    assert sorted(told) == sorted(field.name for field in fields(ConnectionStatus))


def test_every_module_is_in_the_group_and_in_the_tables() -> None:
    """One that is missing in the group would silently act in another region than the rest."""
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert runtime["action_groups"] == {"deployment": [module.stem for module in MODULES]}
    for page in [*PAGES, COLLECTION / "README.md"]:
        text = page.read_text(encoding="utf-8")
        assert [module.stem for module in MODULES if f"`{NAME}{module.stem}`" not in text] == []
