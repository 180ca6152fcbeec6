"""The parts of a release: a template to launch, a bill of materials, a collection that Ansible installs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from local.stack.template import load_document
from release.bill_of_materials import PINS, write_bill
from release.collection import build_collection
from release.launch_template import FILES, make_launch_template
from release.tree import ReleaseRefused, Tree

ROOT = Path(__file__).parents[3]
TEMPLATE = (ROOT / "infra" / "template.yaml").read_text(encoding="utf-8")
NOW = 1_800_000_000
TREE = Tree(ROOT, "1.2.3", "- A thing.", "c" * 40, NOW)


@pytest.fixture(scope="module")
def launched() -> Any:
    """The launch template, as the twin reads templates."""
    return load_document(make_launch_template(TEMPLATE, "1.2.3"))


def test_the_launch_template_is_the_template_with_its_code_in_a_bucket(launched: Any) -> None:
    """Nothing else differs; its release is the version, so that an update goes live."""
    ours = load_document(TEMPLATE)
    for logical_id, resource in launched["Resources"].items():
        for field in ("Code", "Content"):
            place = ours["Resources"][logical_id]["Properties"].get(field)
            if isinstance(place, str) and place in FILES:
                code = resource["Properties"].pop(field)
                assert code["S3Bucket"] == {"Ref": "CodeBucket"}
                assert code["S3Key"] == {"Fn::Sub": f"${{CodePrefix}}{FILES[place]}"}
                ours["Resources"][logical_id]["Properties"].pop(field)
    assert launched["Parameters"]["CodePrefix"]["Default"] == "suitetoken/1.2.3/"
    assert launched["Parameters"]["Release"].pop("Default") == "1.2.3"
    for added in ("CodeBucket", "CodePrefix"):
        del launched["Parameters"][added]
    assert launched == ours


def test_the_launch_template_passes_cfn_lint() -> None:
    """AWS's own offline rules find nothing in it."""
    found = lint(make_launch_template(TEMPLATE, "1.2.3"), regions=["eu-west-1"])
    assert [each.message for each in found] == []


@pytest.mark.parametrize("broken", ["Parameters:", "  Release:", "      Code: ../.build/broker.zip"])
def test_a_template_of_another_shape_is_refused(broken: str) -> None:
    """Half of each would be worse than none."""
    with pytest.raises(ReleaseRefused):
        make_launch_template(TEMPLATE.replace(f"\n{broken}", f"\n{broken} # changed"), "1.2.3")


def test_the_bill_names_every_pinned_library(tmp_path: Path) -> None:
    """It is valid CycloneDX, and the same each time."""
    text = write_bill(TREE, tmp_path).read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    pins = {
        line.partition(" ")[0]
        for requirements in PINS.values()
        for line in (ROOT / requirements).read_text().splitlines()
        if "==" in line
    }
    assert {f"{each['name']}=={each['version']}" for each in bill["components"]} == pins
    assert all(each["hashes"] for each in bill["components"])
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    assert write_bill(TREE, tmp_path).read_text() == text


def test_ansible_installs_the_collection_and_its_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    """Without a network, for it needs no other collection."""
    first, second = tmp_path / "first", tmp_path / "second"
    built = []
    for folder in (first, second):
        folder.mkdir()
        built.append(build_collection(ROOT, folder, NOW))
    assert built[0].read_bytes() == built[1].read_bytes()
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    home = {**os.environ, "ANSIBLE_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    install = [galaxy, "collection", "install", "--force", "--offline", built[0], "-p", tmp_path / "there"]
    subprocess.run(list(map(str, install)), check=True, capture_output=True, env=home)  # noqa: S603
    installed = tmp_path / "there" / "ansible_collections" / "suitetoken" / "netsuite"
    assert (installed / "plugins" / "lookup" / "token.py").is_file()
    assert not list(installed.rglob("__pycache__"))
